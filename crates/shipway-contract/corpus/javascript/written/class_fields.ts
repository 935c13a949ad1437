import { Client } from "./client";

export class Settings {
  static readonly shared = new Settings();

  readonly endpoint = process.env.SERVICE_ENDPOINT!;
  readonly pageSize = Number(process.env.PAGE_SIZE ?? "50");
  static timeout = process.env.TIMEOUT_MS;
  #secret = process.env.API_SECRET;

  get apiKey(): string {
    return process.env.API_KEY as string;
  }

  get debug(): boolean {
    return process.env.DEBUG === "1";
  }

  client(): Client {
    return new Client(this.endpoint, this.#secret, Settings.timeout);
  }
}
