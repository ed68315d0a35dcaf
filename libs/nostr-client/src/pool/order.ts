/** The lists one after the other, each relay once, at most `most`: what the peer prefers goes first. */
export const inOrder = (lists: readonly (readonly string[])[], most = Number.POSITIVE_INFINITY): string[] =>
  [...new Set(lists.flat())].slice(0, most)
