import { isNostrPrimary, normaliseAnyPrimary } from '@kez-chat/identity'
import type { Command } from '../../command.ts'
import { usageError } from '../../errors.ts'
import { keyOptions } from '../../keys/key-options.ts'
import { hasKey, readKey } from '../../keys/read-key.ts'
import { fields } from '../../output/table.ts'

export const identityShow: Command = {
  name: 'identity show',
  about: 'the identity of a key, and what it can do',
  args: [{ name: 'identity', about: 'ed25519:… or nostr:npub1…, when no key is given', optional: true }],
  options: keyOptions,
  examples: ['kez identity show --mnemonic-file alice.phrase'],
  run: async (call) => {
    const [typed] = call.args
    if (typed !== undefined && hasKey(call)) throw usageError('an identity and a key exclude each other')
    const primary = typed === undefined ? (await readKey(call)).primary : normaliseAnyPrimary(typed)
    const kind = isNostrPrimary(primary) ? 'nostr' : 'ed25519'
    const uses = kind === 'ed25519' ? 'claims, sigchains, handles and chat' : 'claims and sigchains'
    return {
      data: { primary, kind },
      text: (paint) =>
        fields(paint, [
          ['identity', paint.bold(primary)],
          ['good for', uses],
        ]),
    }
  },
}
