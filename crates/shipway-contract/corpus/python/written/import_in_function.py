def load():
    import os
    from os import getenv

    return os.environ["MODEL_BUCKET"], getenv("MODEL_KEY", "model.bin")


def handler(event, context):
    import os.path

    bucket, key = load()
    cached = os.path.exists(os.environ["MODEL_CACHE"])
    return {"bucket": bucket, "key": key, "cached": cached}
