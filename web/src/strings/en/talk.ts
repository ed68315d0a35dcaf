/** What is done with messages, and what is told of it. */
export const talk = {
  cameLate: 'A message came late: it stands further up.',
}
