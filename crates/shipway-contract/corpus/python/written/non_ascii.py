# Größenänderung für Bilder – „schöne“ Vorschau 🖼️
import os

PRÄFIX = "BILD_"
größe = os.environ["GRÖSSE"]; ziel = os.environ["ZIEL"]
表 = os.environ.get("TABLE", "画像")
BUCKET = os.environ[PRÄFIX + "EIMER"]


def handler(event, context):
    print("Größe: «%s» → 日本語", größe)
    emoji = "🎉" + os.environ["FEIER"]
    return {"größe": größe, "ziel": ziel, "emoji": emoji, "表": 表}
