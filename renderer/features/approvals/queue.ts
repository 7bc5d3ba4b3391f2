interface Question {
  id: string;
  client: string;
  askedAt: string;
  expiresAt: string;
}

export interface QuestionGroup<Item> {
  client: string;
  questions: Item[];
}

/** The questions in the order in which they are answered: by client, the one that waits longest first, each oldest first. */
export function queueOf<Item extends Question>(questions: readonly Item[]): QuestionGroup<Item>[] {
  const groups = new Map<string, Item[]>();
  const oldestFirst = [...questions].sort(
    (one, other) => Date.parse(one.askedAt) - Date.parse(other.askedAt) || one.id.localeCompare(other.id),
  );
  for (const question of oldestFirst) {
    const group = groups.get(question.client);
    if (group) group.push(question);
    else groups.set(question.client, [question]);
  }
  return [...groups].map(([client, group]) => ({ client, questions: group }));
}

/**
 * The question to show: the one that is shown already while it is still there, so that nothing changes under a hand that
 * is about to answer; else the first of the queue.
 */
export function questionToShow<Item extends Question>(
  groups: readonly QuestionGroup<Item>[],
  shownId: string | null,
): Item | null {
  const all = groups.flatMap(({ questions }) => questions);
  return all.find(({ id }) => id === shownId) ?? all[0] ?? null;
}
