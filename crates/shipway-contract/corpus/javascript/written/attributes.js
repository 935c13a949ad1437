class Repository {
  constructor(options = {}) {
    this.table = process.env.REPOSITORY_TABLE;
    if (!this.table) {
      throw new Error("REPOSITORY_TABLE is not set");
    }
    this.index = process.env.REPOSITORY_INDEX;
    if (this.index === undefined) {
      this.index = "by-owner";
    }
    this.cache = process.env.REPOSITORY_CACHE;
    this.ttl = this.cache ? 60 : 0;
    this.owner = options.owner;
    this.bucket = process.env.REPOSITORY_BUCKET;
  }

  key(id) {
    return `${this.owner}#${id}`;
  }
}

const repository = new Repository({ owner: "billing" });

exports.handler = async (event) => repository.key(event.id);
