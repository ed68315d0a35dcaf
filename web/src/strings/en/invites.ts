const people = (n: number): string => (n === 1 ? '1 person' : `${n} people`)

/** Invitations: those one makes, and those one follows. */
export const invites = {
  title: 'Invite',
  text: 'Whoever opens the link, or points a phone’s camera at the code, gets an account here and is in a conversation with you.',
  forWhom: 'How many people?',
  people,
  howLong: 'Good for',
  days: (n: number) => (n === 1 ? '1 day' : `${n} days`),
  note: 'For whom (only you see this)',
  notePlaceholder: 'Bob from the choir',
  make: 'Make an invitation',
  making: 'Making it…',
  another: 'Another invitation',
  qr: (full: string) => `QR code of the invitation by ${full}`,
  link: 'Link',
  copy: 'Copy link',
  share: 'Share',
  shareText: (full: string) => `${full} invites you to a private chat on kez.`,
  save: 'Save picture',
  secret: 'Whoever has it is invited. Give it only to whom you mean.',
  facts: (used: number, uses: number, until: string) =>
    uses === 1 ? `For one person, until ${until}` : `${used} of ${uses} have come, until ${until}`,
  noCode:
    'On this server only the operator lets people in. With this link somebody who already has an account, here or elsewhere, can write to you.',
  revoke: 'Revoke',
  revokeTitle: 'Revoke this invitation?',
  revokeText:
    'The link lets nobody in any more, and who has it is a stranger again. Whoever has come by it stays in your chats.',
  listTitle: 'Your invitations',
  listText: 'On this device only. Who writes to another device of yours first waits there as a request.',
  show: 'Show',
  unnamed: 'Invitation',
  over: { used: 'Used', expired: 'Expired' },
  cameBy: (names: string) => `Came by it: ${names}`,
  somebody: 'somebody you deleted',
  forget: 'Remove',
  invited: 'Came by an invitation of yours.',
  problems: {
    offline: 'The server was not reached. Check your connection and try again.',
    invite_limit: 'You have as many open invitations as this server allows. Revoke one first.',
    rate_limited: 'Too many invitations at once. Please wait a little.',
    tooMany: 'There are too many invitations on this device. Revoke one first.',
    other: 'The server refused. Please try again later.',
  },

  landing: {
    title: (full: string) => `${full} invites you`,
    server: (server: string) => `You are invited to ${server}`,
    lead: 'kez is private chat: what you write is sealed on your device and opened only on the other side. No phone number, no email.',
    how: (name: string) =>
      `Note twelve words, choose a passphrase and a name, and you are in a conversation with ${name}.`,
    howCode: 'Note twelve words, choose a passphrase and a name, and you are in.',
    looking: 'Looking at the invitation…',
    already: 'I use kez on another server',
    alreadyText: 'Open the invitation there: the conversation is then with the account that you have.',
    alreadyLabel: 'Your server',
    alreadyBad: 'This is not the name of a server.',
    open: 'Open it there',
    foreign: (server: string) =>
      `This invitation is by somebody at ${server}. You can open it there, or make an account here and write to them from here.`,
    openAt: (server: string) => `Open it at ${server}`,
  },
  open: {
    title: 'Invitation',
    text: (full: string, server: string) =>
      `${full} is on another server. Going on asks ${server} for their key; it then knows that somebody at your address looks for them.`,
    goOn: 'Go on',
    own: 'This is an invitation of your own.',
    ownText: 'Give it to somebody else.',
    member: 'You have an account here already, so you need no code.',
    toChats: 'To your chats',
  },
  refusals: {
    otherKey: {
      title: 'This is not who invites you',
      text: (full: string) =>
        `The server answers with another key for ${full} than the one in the invitation. Either the key was changed since, or somebody is in between. Nothing was made or sent. Ask for a new invitation, on a way that you trust.`,
    },
    notFound: {
      title: 'Nobody of that name',
      text: (full: string) => `There is nobody called ${full}. Ask for a new invitation.`,
    },
    ended: {
      title: 'This identity has ended',
      text: (full: string) => `The key behind ${full} was revoked by its owner. Nobody can be written to under it.`,
    },
    notKez: {
      title: 'No answer that can be trusted',
      text: (full: string) => `The server of ${full} does not answer like a kez server.`,
    },
    unreachable: {
      title: 'The server was not reached',
      text: (full: string) => `The server of ${full} does not answer. Check your connection and try again.`,
    },
    damaged: {
      title: 'This invitation is damaged',
      text: 'The link is not whole. Copy all of it, or ask for it again.',
    },
  },
  code: {
    title: 'This server is by invitation',
    text: (server: string) => `${server} takes in who was invited. Enter the link or the code that you were given.`,
    before: 'It is asked for now, so that you do not note twelve words for nothing.',
    label: 'Invitation link or code',
    check: 'Go on',
    checking: 'Checking…',
    bad: 'This is neither an invitation link nor an invite code. Copy all of it.',
    noCode: 'This link lets nobody in: it only says whom to write to. Ask for an invitation.',
    elsewhere: (host: string) => `This is an invitation to ${host}. Open the link itself.`,
    problems: {
      invite_required: 'Registering here takes an invitation.',
      invite_invalid: 'The server does not know this invite code. Ask for a new one.',
      invite_expired: 'This invitation has expired. Ask for a new one.',
      invite_used_up: 'This invitation was used already. Ask for a new one.',
      invite_revoked: 'This invitation was taken back. Ask for a new one.',
      rate_limited: 'Too many attempts. Please wait a little.',
      offline: 'The server was not reached. Check your connection and try again.',
    } as Record<string, string>,
    other: (code: string) => `The server refused (${code}).`,
  },
  greeting: {
    title: (name: string) => `You came by ${name}’s invitation.`,
    text: 'Say hello with one tap, or write something of your own.',
    hello: (name: string, own: string) => `Hello ${name}, this is ${own}. Thank you for the invitation!`,
  },
}
