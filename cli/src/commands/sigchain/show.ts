import { chooseIdentity } from '../../chains/choose.ts'
import { describeChain } from '../../chains/describe.ts'
import { openChains } from '../../chains/store.ts'
import type { Command } from '../../command.ts'
import { CliError, EXIT } from '../../errors.ts'

export const sigchainShow: Command = {
  name: 'sigchain show',
  about: 'what a sigchain on this machine says',
  args: [{ name: 'identity', about: 'whose chain, when there are several', optional: true }],
  options: {},
  examples: ['kez sigchain show'],
  run: async (call) => {
    const primary = await chooseIdentity(call)
    const { chain } = await openChains(call.session).load(primary)
    if (chain.length === 0) throw new CliError(EXIT.refused, 'no_chain', `there is no sigchain of ${primary} here`)
    return describeChain(chain)
  },
}
