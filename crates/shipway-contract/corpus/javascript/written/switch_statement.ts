import { JsonCodec, MessagePackCodec, type Codec } from "./codecs";

export function codec(): Codec {
  switch (process.env.CODEC) {
    case "msgpack":
      return new MessagePackCodec();
    default:
      return new JsonCodec();
  }
}

export function bucket(): string {
  const stage = process.env.BUCKET_STAGE;
  switch (stage) {
    case "staging":
      return "assets-staging";
    case "production":
      return "assets-production";
    default:
      throw new Error(`no bucket for stage ${stage}`);
  }
}

export const handler = async (event: unknown) => ({
  bucket: bucket(),
  body: codec().encode(event),
});
