# encoding: utf-8
# Größenänderung für Bilder – „schöne“ Vorschau 🖼️

PRÄFIX = "BILD_"
größe = ENV["GRÖSSE"]; ziel = ENV["ZIEL"]
表 = ENV.fetch("TABLE", "画像")
BUCKET = ENV[PRÄFIX + "EIMER"]
puts "Größe: «#{größe}» → 日本語 #{ziel} #{表}"

def lambda_handler(event:, context:)
  emoji = "🎉" + ENV["FEIER"]
  { emoji: emoji, bucket: BUCKET }
end
