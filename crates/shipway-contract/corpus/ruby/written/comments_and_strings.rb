# TABLE = ENV["FROM_COMMENT"]

=begin
ENV["FROM_BLOCK_COMMENT"]
ENV.fetch("FROM_BLOCK_COMMENT_TOO")
=end

SNIPPET = 'puts ENV["FROM_STRING"]'
WORDS = %w[ENV["FROM_WORDS"] ENV.fetch("MORE")]
PATTERN = /ENV\["FROM_PATTERN"\]/
ESCAPED = "\#{ENV['FROM_ESCAPED']}"
HELP = <<~'TEXT'
  Set #{ENV["FROM_RAW_HEREDOC"]} or call ENV.fetch("IT").
TEXT
SYMBOL = :'ENV["FROM_SYMBOL"]'

# @example
#   ENV["FROM_YARD"] # => "x"
def lambda_handler(event:, context:)
  real = ENV["REAL"] # not ENV["TRAILING"]
  { text: SNIPPET + HELP, real: real }
end

__END__
ENV["AFTER_THE_END"]
ENV.fetch("AFTER_THE_END_TOO")
