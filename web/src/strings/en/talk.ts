const times = (n: number): string => (n === 1 ? 'once' : `${n} times`)

/** What is done with messages, and what is told of it. */
export const talk = {
  cameLate: 'A message came late: it stands further up.',

  reply: 'Reply',
  replyTo: (name: string) => `Reply to ${name}`,
  replyToSelf: 'Reply to yourself',
  cancelReply: 'Do not reply',
  goToQuoted: 'Go to the message that is answered',
  notHere: 'This message is not on this device.',
  someMessage: 'A message',

  react: 'React',
  reactWith: (emoji: string) => `React with ${emoji}`,
  takeBack: (emoji: string) => `Take ${emoji} back`,
  otherEmoji: 'Another emoji…',
  emojiTitle: 'React with any emoji',
  emojiLabel: 'One emoji',
  emojiWrong: 'This is not a single emoji.',
  reactions: 'Reactions',
  reactedBy: (emoji: string, names: string) => `${emoji} by ${names}`,
  you: 'you',
  and: ' and ',

  edit: 'Edit',
  editing: 'Edit message',
  cancelEdit: 'Do not edit',
  save: 'Save',
  edited: 'edited',
  editedTimes: (n: number) => `Edited ${times(n)}`,
  firstText: 'As first written',
  tooLateToEdit: 'A message can be edited for 24 hours.',

  deleteForAll: 'Delete for everyone…',
  deleteTitle: 'Delete this message for everyone?',
  deleteText:
    'It is removed from both devices, and a note stays in its place. If the other side has read or copied it, or uses an older program, that cannot be undone.',
  deleteYes: 'Delete for everyone',
  tooLateToDelete: 'A message can be deleted for everyone for 48 hours.',
  deletedOwn: 'You deleted this message.',
  deletedOther: 'This message was deleted.',

  unsent: {
    edit: 'The edit was not sent.',
    delete: 'The deletion was not sent.',
    react: 'The reaction was not sent.',
  },
  undo: 'Undo',
  sendingChange: 'The change is being sent',
  impossible: 'That is not possible with this message any more.',

  timer: {
    title: 'Disappearing messages',
    menu: 'Disappearing messages…',
    text: 'New messages are deleted on both devices this long after they were sent, whether they were read or not. Both of you can change it.',
    limits:
      'This keeps things tidy. It is no protection from the person you write to: they can copy or photograph what they read, and an older program keeps it.',
    set: 'Set',
    off: 'Off',
    now: (span: string) => `Messages disappear after ${span}`,
    own: (span: string) => `You set messages to disappear after ${span}.`,
    other: (name: string, span: string) => `${name} set messages to disappear after ${span}.`,
    ownOff: 'You switched disappearing messages off.',
    otherOff: (name: string) => `${name} switched disappearing messages off.`,
    disappears: 'Disappears',
    disappearsAt: (when: string) => `Disappears ${when}`,
  },

  list: {
    reactedOwn: (emoji: string, text: string) => `You reacted ${emoji} to “${text}”`,
    reactedOther: (emoji: string, text: string) => `Reacted ${emoji} to “${text}”`,
    timer: (span: string) => `Messages disappear after ${span}`,
    timerOff: 'Disappearing messages are off',
  },

  said: {
    reacted: (name: string, emoji: string, text: string) => `${name} reacted ${emoji} to “${text}”`,
    edited: (name: string, text: string) => `${name} edited a message: “${text}”`,
    deleted: (name: string) => `${name} deleted a message`,
  },
}
