/** Search over the history on this device. */
export const search = {
  title: 'Search',
  within: (name: string) => `Search in the chat with ${name}`,
  withinMenu: 'Search in this chat',
  label: 'Words',
  hint: 'The beginnings of words are enough. Only this device searches: nothing of it leaves it.',
  incomplete: 'Older messages are still being made searchable. It goes on while the app is open.',
  found: (n: number, more: boolean) =>
    n === 0
      ? 'Nothing found'
      : more
        ? `The ${n} newest messages with these words`
        : n === 1
          ? '1 message'
          : `${n} messages`,
  more: 'Show more',
  gone: 'This message is not here any more.',
}
