const strangers = (n: number): string => (n === 1 ? '1 person' : `${n} people`)

/** The lists of conversations, and what can be done with one. */
export const list = {
  requests: (n: number) => `Requests (${n})`,
  requestsTitle: 'Message requests',
  requestsText:
    'These people are not among your chats. They are not told that you received or read anything until you accept.',
  restoredText:
    'You restored your identity on this device. It cannot know whom you knew before: people you already chat with wait here once, too.',
  pickOne: { requests: 'Pick a request to read it.', archived: 'Pick a chat to read it.' },
  noRequests: 'No requests',
  noRequestsText: 'When somebody writes to you for the first time, it waits here.',
  archived: (n: number) => `Archived (${n})`,
  archivedTitle: 'Archived chats',
  noArchived: 'Nothing archived',
  noArchivedText: 'An archived chat is put away here until somebody writes in it.',
  muted: 'Muted',
  offline: 'You are offline. What you write is kept here and sent when the connection is back.',

  menu: 'More about this chat',
  mute: 'Mute',
  unmute: 'Unmute',
  archive: 'Archive',
  unarchive: 'Take out of the archive',
  block: 'Block',
  delete: 'Delete chat…',
  deleteTitle: (name: string) => `Delete the chat with ${name}?`,
  deleteText:
    'Its messages are removed from this device and cannot be brought back. The other side keeps theirs. If they write again, it arrives as a request.',
  deleteTextBlocked: 'The messages are removed from this device and cannot be brought back. The person stays blocked.',
  deleteYes: 'Delete',

  request: {
    label: 'Message request',
    title: 'A new person writes to you',
    confirmed: (handle: string) => `This is ${handle}, says their server.`,
    claimed: (handle: string) =>
      `They call themselves ${handle}. Their server has not confirmed that, so it may be somebody else.`,
    nameless: 'They give no name.',
    confirm: 'Ask the server',
    key: 'Show their key',
    fate: 'They are not told that you received or read this until you accept.',
    accept: 'Accept',
    block: 'Block',
    report: 'Report…',
  },
  blocked: {
    title: 'You have blocked this person',
    text: 'What they write is no longer shown or counted. They are not told.',
    unblock: 'Unblock',
    setting: 'Blocked people',
    settingText: (n: number) => `You have blocked ${strangers(n)}. They are not told.`,
    none: 'You have blocked nobody.',
    unblockWho: (name: string) => `Unblock ${name}`,
  },
  report: {
    title: 'Report this person',
    text: (server: string) =>
      `There is no central office that reads reports: kez sends this nowhere. Copy the text and send it yourself to whoever runs ${server}, for example by email; only they can act there. What was written is not in it.`,
    someServer: 'their server',
    label: 'Text of the report',
    body: (facts: { key: string; handle: string; confirmed: boolean; last: string; now: string }) =>
      [
        'I want to report an account on your kez server.',
        `Name: ${facts.handle || 'none given'}${facts.handle ? (facts.confirmed ? ' (confirmed by the server)' : ' (claimed, not confirmed)') : ''}`,
        `Key: ${facts.key}`,
        `Last message received, by the sender's date: ${facts.last}`,
        `Reported: ${facts.now}`,
      ].join('\n'),
    noMessage: 'none',
    copy: 'Copy the text',
    block: 'Block this person',
    close: 'Close',
  },
}
