// Each read is judged within its own function: what a neighbour tests says nothing about it.
export function outer() {
  const table = process.env.NESTED_TABLE;

  function inner(): string | undefined {
    const value = process.env.NESTED_TABLE;
    if (!value) {
      return undefined;
    }
    return value.toUpperCase();
  }

  const arrow = () => {
    const topic = process.env.NESTED_TOPIC;
    return topic;
  };

  return [table, inner(), arrow()].map((item) => `${process.env.NESTED_PREFIX}${item}`);
}

export const topic = () => {
  const topic = process.env.NESTED_TOPIC;
  return topic === undefined ? "none" : topic;
};

export const handler = async () => [outer(), topic()];
