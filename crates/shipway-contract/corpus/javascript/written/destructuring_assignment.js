let table;
let stage;

function configure() {
  ({ CONFIG_TABLE: table, STAGE_NAME: stage = "dev" } = process.env);
}

class Store {
  constructor() {
    ({ STORE_ENDPOINT: this.endpoint } = process.env);
  }

  url(id) {
    return `${this.endpoint}/${stage}/${table}/${id}`;
  }
}

configure();
const store = new Store();

exports.handler = async (event) => fetch(store.url(event.id)).then((reply) => reply.json());
