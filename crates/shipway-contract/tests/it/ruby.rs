//! Ruby's ways to ask the environment.

use shipway_contract::Language::Ruby;

use crate::snippet::check;

#[test]
fn forms_and_names() {
    check(
        Ruby,
        r##"
TABLE = "TABLE_NAME".freeze
PREFIX = "APP_"
module Names
  TOPIC = "TOPIC_ARN"
end
use(ENV["A"]) ~~ A!
use(ENV.fetch("B")) ~~ B!
use(ENV.fetch("C", "x")) ~~ C?
use(ENV.fetch("D") { "x" }) ~~ D?
use(ENV.key?("E")) ~~ E?
f, g = ENV.values_at("F", "G") ~~ F! G!
use(ENV.dig("H")) ~~ H!
use(ENV[TABLE]) ~~ TABLE_NAME!
use(ENV["#{PREFIX}I"]) ~~ APP_I!
use(ENV[Names::TOPIC]) ~~ TOPIC_ARN!
ENV["J"] = "x"
ENV.delete("K")
env = ENV
use(env["L"]) ~~ L!
def get(name)
  ENV[name] ~~ *
end
use(::ENV["M"]) ~~ M!
use(settings.ENV["N"], "ENV['O']")
# ENV["P"]
use(ENV.to_h)
use("#{ENV['Q']}") ~~ Q!
use(ENV["R"].to_s, ENV["S"].to_i, ENV["T"]&.strip) ~~ R? S? T?
ENV["U"] ||= "x" ~~ U?
"##,
    );
}

#[test]
fn tested() {
    check(
        Ruby,
        r##"
a = ENV["A"] || raise("A") ~~ A!
b = ENV["B"] || "x" ~~ B?
raise "C" unless ENV["C"] ~~ C!
d = ENV["D"] or abort("D") ~~ D!
e = ENV.fetch("E") { raise "E" } ~~ E!
if ENV["F"] ~~ F?
  use(ENV["F"]) ~~ F?
end
g = ENV["G"] ~~ G!
raise "G" if g.nil?
h = ENV["H"] ~~ H?
h = "x" if h.nil? || h.empty?
def i
  return unless ENV["I"] ~~ I?
  use(ENV["I"]) ~~ I?
end
begin
  j = ENV.fetch("J") ~~ J?
rescue KeyError
  j = nil
end
begin
  k = ENV.fetch("K") ~~ K!
rescue KeyError
  raise "K"
end
l = ENV.fetch("L") rescue nil ~~ L?
use(ENV["M"] == "x") ~~ M?
case ENV["N"] ~~ N!
when "x" then 1
else raise "N"
end
o = ENV["O"] ? ENV["O"] : "x" ~~ O? O?
def p
  @p ||= ENV["P"] ~~ P!
end
unless ENV.key?("Q") ~~ Q!
  abort "Q"
end
use(ENV["R"].nil?) ~~ R?
def s
  ENV.fetch("S") ~~ S?
rescue KeyError
  nil
end
raise "T" if ENV["T"].to_s.strip.empty? ~~ T!
"##,
    );
}

#[test]
fn chains_and_cases() {
    check(
        Ruby,
        r#"
A = ENV["A1"] || ENV["A2"] || @given || "x" ~~ A1? A2?
case event
when "x", ENV["B"] then 1 ~~ B?
when ENV["C"] then 2 ~~ C?
end
"#,
    );
}
