const NAMES = `
  admin administrator root system support help info abuse postmaster webmaster hostmaster security noreply no-reply
  api www mail kez kezchat kez-chat server relay push nats status official moderator mod staff team everyone all here
  me self null undefined anonymous unknown
`

/** Handles nobody may register on any server (protocol §2). */
export const RESERVED_HANDLES: ReadonlySet<string> = new Set(NAMES.trim().split(/\s+/))
