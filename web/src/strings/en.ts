import { clock } from './en/clock.ts'
import { delivery } from './en/delivery.ts'
import { keys } from './en/keys.ts'
import { language } from './en/language.ts'
import { list } from './en/list.ts'
import { notifications } from './en/notifications.ts'
import { people } from './en/people.ts'
import { relays } from './en/relays.ts'
import { search } from './en/search.ts'

const count = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`

export const en = {
  clock,
  delivery,
  language,
  list,
  notifications,
  search,
  relays,

  back: 'Back',
  cancel: 'Cancel',
  continue: 'Continue',
  copied: 'Copied',
  loading: 'Loading…',
  notStored: 'That could not be stored on this device. There may be no space left.',
  reload: 'Reload',
  tryAgain: 'Try again',
  working: 'One moment…',
  step: (done: number, of: number) => `Step ${done} of ${of}`,

  blocked: {
    insecure: {
      title: 'This address is not secure enough',
      text: 'kez encrypts in your browser, and browsers allow that only on https:// or on http://localhost. Open kez on the machine it runs on, or put it behind https.',
    },
    outdated: {
      title: 'This browser is too old',
      text: 'kez needs a current Chrome, Edge, Firefox or Safari.',
    },
    unavailable: {
      title: 'Nothing can be stored here',
      text: 'This browser does not let kez keep your keys and messages. It may be a private window, a setting, or a full disk.',
    },
    newer_version: {
      title: 'A newer kez was here',
      text: 'The data on this device was written by a newer version of the app. Reload to get that version.',
    },
    full: {
      title: 'There is no space left',
      text: 'This device has no room for what kez must store. What was stored before is still here. Free some space, then reload.',
    },
    other_tab: {
      title: 'kez is open in another tab',
      text: 'An older version of kez still uses the stored data. Close the other kez tabs and windows: this one then goes on by itself.',
    },
    superseded: {
      title: 'A newer kez is open in another tab',
      text: 'This tab has stepped aside, so that the two do not get in each other’s way. Nothing is lost. Reload to get the newer version.',
    },
    cleared: {
      title: 'The stored data was deleted',
      text: 'While kez was open, its data was removed from this browser: by you, by another tab, or by the browser itself. Reload to see what is left.',
    },
    not_loaded: {
      title: 'kez did not load',
      text: 'The server was not reached. Your messages are safe on this device.',
    },
    damaged: {
      title: 'The stored data does not open',
      text: 'Something on this device is damaged. Reload first. If that does not help, erase it and come back with your recovery phrase.',
    },
  },

  landing: {
    title: 'Private messages, on a server of your own.',
    lead: 'kez gives you a name and a mailbox. What you write is sealed on your device and opened only on the other side.',
    create: 'Create an identity',
    restore: 'I have a recovery phrase',
    facts: [
      {
        title: 'Only the two of you can read it',
        text: 'The server sees who receives a message, when, how large it is, and the network address it came from. Never the text, never the name of the sender.',
      },
      {
        title: 'No phone number, no email',
        text: 'Your identity is a key that you own. Twelve words bring it back on a new device.',
      },
      {
        title: 'Yours to host',
        text: 'Names look like alice@example.org, and people on different servers can write to each other.',
      },
    ],
  },

  create: {
    phraseTitle: 'Your recovery phrase',
    phraseText: 'These 12 words are your identity. Write them down in this order and keep them somewhere safe.',
    phraseWarn: 'Whoever has these words is you. If they are lost, nobody can bring your identity back.',
    copy: 'Copy the words',
    written: 'I have written them down',
    confirmTitle: 'Check your notes',
    confirmText: 'Enter three of the words, so that you can be sure they were noted correctly.',
    word: (position: number) => `Word ${position}`,
    wordWrong: 'This is not the word at that place.',
    showAgain: 'Show the words again',
    confirm: 'Confirm',
  },

  restore: {
    title: 'Restore your identity',
    text: 'Enter your 12 or 24 words, separated by spaces. An older key of 64 characters (0–9, a–f) works too.',
    label: 'Recovery phrase',
    placeholder: 'word word word …',
    erases: 'This browser already holds an identity. Going on replaces it and erases the messages stored here.',
    count: (n: number) => `A recovery phrase has 12 or 24 words; this one has ${n}.`,
    unknownWord: (position: number, suggestion: string | undefined) =>
      suggestion
        ? `Word ${position} is not in the list. Did you mean “${suggestion}”?`
        : `Word ${position} is not in the list.`,
    checksum: 'All words are known, but one is wrong or out of place.',
    tooLong: 'That is too long for a recovery phrase.',
    hexLength: (n: number) => `An older key has 64 characters; this one has ${n}.`,
  },

  passphrase: {
    title: 'Choose a passphrase',
    text: 'It locks kez in this browser. You need it when you have locked the app or been away for 30 days.',
    label: 'Passphrase',
    repeat: 'Repeat the passphrase',
    hint: 'At least 8 characters. A few random words are better than one clever one.',
    short: 'Please use at least 8 characters.',
    different: 'The two are not the same.',
    save: 'Lock with this passphrase',
    sealing: 'Sealing…',
    failed: 'Your key could not be sealed on this device. Close other tabs to free memory and try again.',
    full: 'There is no space left on this device, so nothing was changed. Free some space and try again.',
  },

  unlock: {
    title: 'Unlock kez',
    label: 'Passphrase',
    unlock: 'Unlock',
    opening: 'Unlocking…',
    wrong: 'That passphrase does not open it.',
    kdf: 'This device did not have the memory to check the passphrase. Close other tabs and try again.',
    refused: 'The stored key has settings that this app refuses. Start over with your recovery phrase.',
    malformed: 'The stored key is damaged. Start over with your recovery phrase.',
    forgot: 'Forgot your passphrase?',
    forgotText: 'Start over with your recovery phrase. Messages stored in this browser will be erased.',
    startOver: 'Use the recovery phrase',
  },

  handle: {
    title: 'Take a handle',
    text: 'This is the name people find you by. It belongs to your key for good and cannot be changed.',
    label: 'Handle',
    hint: '3 to 32 letters a–z, digits, _ or -',
    invalid: 'Use 3 to 32 of a–z, 0–9, _ and -, and begin with a letter or digit.',
    reserved: 'This handle is reserved. Please choose another.',
    taken: 'This handle is taken.',
    checking: 'Checking…',
    free: (full: string) => `${full} is free.`,
    take: 'Take this handle',
    taking: 'Registering…',
    clock: 'The clock of this device is wrong, so the server refuses the registration. Set it and try again.',
    offline: 'The server was not reached. Check your connection and try again.',
    refused: (code: string) => `The server refused (${code}).`,
    limited: 'Too many attempts. Please wait a little.',
    looking: 'Looking for your identity on this server…',
  },

  chats: {
    title: 'Chats',
    find: 'New chat',
    settings: 'Settings',
    empty: 'No chats yet',
    emptyText: (full: string) => `Find somebody by their handle, or tell them yours: ${full}`,
    pickOne: 'Pick a chat, or begin a new one.',
    you: 'You: ',
    draft: 'Draft: ',
    noMessages: 'No messages yet',
    unread: (n: number) => count(n, 'unread message', 'unread messages'),
    unopened: (n: number) => `${count(n, 'message', 'messages')} could not be opened`,
    unopenedDetails: 'Why?',
    unopenedDismiss: 'Dismiss',
    mailboxFull: 'Your mailbox on the server is full: people cannot write to you.',
    mailboxFree: 'Free it now',
    mailboxFreeText: 'Removes from the server what this device has received. Another device of yours would miss it.',
  },

  connection: {
    problems: {
      stale_auth: 'The clock of this device is wrong: the server refuses it.',
      unauthorized: 'The server does not accept this identity for your handle.',
      invalid_signature: 'The server does not accept this identity for your handle.',
      not_found: 'The server does not know your handle any more.',
      handle_barred: 'The operator of your server has barred your handle. Ask them why; what is on this device stays.',
      full: 'There is no space left on this device: messages wait on the server.',
    } as Record<string, string>,
    otherProblem: (code: string) => `Messages cannot be received (${code}).`,
  },

  find: {
    title: 'New chat',
    label: 'Handle',
    placeholder: (server: string) => `bob or bob@${server}`,
    text: 'People on another server are found by their full name, like bob@example.org.',
    find: 'Find',
    finding: 'Looking…',
    notFound: (full: string) => `Nobody is called ${full}.`,
    invalid: 'A handle has 3 to 32 of a–z, 0–9, _ and -, with @server behind it for another server.',
    unreachable: (server: string) => `${server} was not reached.`,
    notKez: (server: string) => `${server} does not answer like a kez server.`,
    write: 'Write',
    yourself: 'This is you. Notes to yourself are kept here too.',
    otherKey:
      'You already know somebody by this handle with another key. The server may have been tampered with: compare keys with them before you write.',
    key: 'Key',
  },

  thread: {
    empty: (name: string) => `Write the first message to ${name}. Only the two of you will be able to read it.`,
    label: (name: string) => `Messages with ${name}`,
    placeholder: 'Message',
    send: 'Send',
    newLine: 'New',
    showAll: 'Show all',
    menu: 'More about this message',
    copy: 'Copy text',
    notCopied: 'It could not be copied.',
    deleteForMe: 'Delete for me…',
    deleteTitle: 'Delete this message for you?',
    deleteText: 'It is removed from this device and cannot be brought back. The other side keeps it.',
    deleteTextSending: 'It is still waiting to be sent. Deleted now, it is not sent, unless it is just on its way.',
    missed: (n: number) => (n === 1 ? '1 new message' : `${n} new messages`),
    toBottom: 'To the newest message',
    retry: 'Try again',
    discard: 'Delete',
    you: 'You',
    newerVersion: 'This message needs a newer version of kez.',
    damaged: 'This message is damaged on this device.',
    tooLong: 'This is too long for one message.',
    notStored: 'The message could not be stored on this device. There may be no space left.',
    notKept:
      'What you write cannot be kept on this device: there may be no space left. It is here until you close or lock kez.',
    unconfirmed: (claimed: string) =>
      `This key says it is ${claimed}, which its server has not confirmed. You can write once it has.`,
    confirm: 'Ask the server',
    unknown: 'This conversation is not on this device.',
  },

  unopened: {
    reasons: {
      undecryptable: 'It was not sealed for your key.',
      wrong_recipient: 'It was signed for somebody else.',
      invalid_signature: 'Its signature is not valid.',
      too_old: 'It is too old to be accepted.',
      too_new: 'It is dated in the future: the clock of the sender or of this device is wrong.',
      unknown_version: 'It needs a newer version of kez.',
      wrong_sender: 'It was not signed by the person it names.',
      wrong_carrier: 'It came in the wrapping of another message.',
      unsigned: 'It is not signed.',
      too_large: 'It is too large.',
      expired: 'Its time was over when it came.',
    } as Record<string, string>,
    other: 'It is not a message that kez understands.',
    received: (when: string) => `Received ${when}.`,
  },

  settings: {
    title: 'Settings',
    appearance: 'Appearance',
    themes: { system: 'System', light: 'Light', dark: 'Dark' },
    yourKey: 'Your key',
    copyHandle: 'Copy handle',
    lockTitle: 'Lock',
    lockText: 'Locks kez in this browser. Nothing can be read until the passphrase is entered.',
    lockNow: 'Lock now',
    phraseTitle: 'Recovery phrase',
    phraseText: 'Your passphrase is asked for before the words are shown.',
    phraseShow: 'Show the words',
    phraseHide: 'Hide the words',
    phraseNone: 'No words are stored on this device.',
    eraseTitle: 'Remove from this browser',
    eraseText: 'Erases your identity and all messages stored here. You need the recovery phrase to come back.',
    erase: 'Erase everything here',
    eraseSure: 'Really erase? Without the recovery phrase your identity is gone.',
    eraseYes: 'Yes, erase',
    server: 'Server',
  },

  keys,
  people,

  time: { justNow: 'just now', today: 'Today', yesterday: 'Yesterday' },
}

/** What every catalogue has: this one is the pattern. */
export type Strings = typeof en
