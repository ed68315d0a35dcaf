const attempts = (n: number): string => (n === 1 ? '1 attempt' : `${n} attempts`)

/** How messages travel: the marks in bubbles, and what stands behind them. */
export const delivery = {
  states: { sending: 'Sending', sent: 'Sent', delivered: 'Delivered', failed: 'Not sent' },
  via: (way: string) => `via ${way}`,
  details: 'Delivery details',
  retryNow: 'Try now',
  close: 'Close',

  titleOwn: 'How it was sent',
  titleOther: 'How it came',
  now: {
    sending: 'On its way. Nothing has taken it yet.',
    sent: (name: string) => `A server or relay has it. ${name} has not confirmed it.`,
    delivered: (name: string) => `The device of ${name} has it.`,
    failed: 'It could not be sent.',
  },
  hinted:
    'An older program on the other side says that it came, but without a signature. That proves nothing, so it does not count.',
  written: 'Written',
  writtenByClock: 'Written, by the sender’s clock',
  received: 'Received',
  confirmed: 'Confirmed',
  confirmedBy: (when: string, way: string) => `${when}, ${way}; signature checked`,
  byHome: 'by the home server',
  byRelay: 'by a relay',
  cameBy: 'Came by',
  opened: 'Sealed for your key; the signature of the sender was checked.',
  homeOf: (server: string) => `Home server ${server}`,
  someHome: 'Home server',
  relays: 'Relays',
  repliesFirst: (host: string) => `Your replies go first by ${host}, where their last message came from.`,

  route: {
    untried: 'Not asked yet.',
    waiting: (reason: string, n: number) => `${reason} ${attempts(n)} so far.`,
    next: (when: string) => `Next: ${when}.`,
    sent: (when: string) => `Took it (${when}).`,
    refused: (reason: string) => `Refused for good. ${reason}`,
    unused: 'Not a way to this person.',
  },
  fate: {
    pending: 'Asked, no answer yet.',
    accepted: (when: string) => `OK (${when}).`,
    refused: (reason: string) => `Refused. ${reason}`,
    timeout: 'No answer in time.',
    unreachable: 'Not reached.',
  },

  said: (words: string) => `It says: “${words}”`,
  reasons: {
    not_found: 'This handle does not exist any more.',
    identity_ended: 'This identity has ended.',
    mailbox_full: 'Their mailbox is full.',
    too_large: 'The message is too large.',
    wrong_server: 'Their server goes by another name now.',
    rate_limited: 'It asks to wait: too much was sent to it.',
    unavailable: 'It cannot take anything at the moment.',
    internal: 'It has a fault.',
    expired: 'It waited for too long.',
    misdated: 'It was written while the clock of this device was wrong.',
    no_route: 'No way to this person is known.',
    not_reached: 'It was not reached.',
    no_answer: 'It gave no answer in time.',
    misbehaves: 'It sent what it should not.',
    full: 'Too many messages wait here.',
    stopped: 'The app was closed before an answer came.',
    restricted: 'It takes only from people it knows.',
    auth_required: 'It wants to know who writes.',
    blocked: 'It blocks this.',
    pow: 'It asks for computing work that kez does not do.',
  } as Record<string, string>,

  gap: {
    title: 'A message may be missing here',
    text: 'What follows names a message before it that has not come to this device. It may still arrive, or be lost. Ask if something does not fit.',
  },
}
