import { acceptRotation } from '@kez-chat/identity'
import { signNext } from '../../chains/sign.ts'
import type { Command } from '../../command.ts'
import { usageError } from '../../errors.ts'
import { keyOptions, newKeyOptions } from '../../keys/key-options.ts'
import { readKey } from '../../keys/read-key.ts'

export const sigchainRotate: Command = {
  name: 'sigchain rotate',
  about: 'hand the identity over to a new key; the old one signs nothing more',
  args: [],
  options: { ...keyOptions, ...newKeyOptions },
  examples: ['kez sigchain rotate --mnemonic-file old.phrase --new-mnemonic-file new.phrase'],
  run: async (call) => {
    const fromStdin = Object.keys({ ...keyOptions, ...newKeyOptions }).filter((name) => call.option(name) === '-')
    if (fromStdin.length > 1) throw usageError('only one of the two keys can come on standard input')
    const key = await readKey(call)
    const newKey = await readKey(call, 'new-')
    return signNext(call.session, key, (chain) => ({ op: 'rotate', acceptance: acceptRotation(chain, newKey) }))
  },
}
