import { KMSClient } from "@aws-sdk/client-kms";

export class Vault {
  private static readonly KEY_VARIABLE = "VAULT_KEY_ID";
  static readonly ALIAS_VARIABLE = "VAULT_ALIAS";

  private readonly client = new KMSClient({});
  private readonly keyId: string;

  constructor() {
    const id = process.env[Vault.KEY_VARIABLE];
    if (!id) throw new Error(`${Vault.KEY_VARIABLE} is not set`);
    this.keyId = id;
  }

  static alias(): string {
    return process.env[Vault.ALIAS_VARIABLE] ?? "alias/default";
  }

  describe(): string {
    return `${this.keyId} by ${this.client.constructor.name}`;
  }
}
