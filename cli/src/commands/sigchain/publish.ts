import { envelopeHash } from '@kez-chat/identity'
import { chooseIdentity } from '../../chains/choose.ts'
import { fetchHead } from '../../chains/fetch.ts'
import { openChains, type StoredChain } from '../../chains/store.ts'
import type { Command } from '../../command.ts'
import { CliError, EXIT } from '../../errors.ts'
import { fields } from '../../output/table.ts'
import { connect, serverOption } from '../../servers/connect.ts'

type Head = { readonly length: number; readonly hash: string }

/** What the server has must be the beginning of what is here. */
const checkBegins = ({ events }: StoredChain, head: Head, server: string): void => {
  const last = events[head.length - 1]
  if (last !== undefined && envelopeHash(last) === head.hash) return
  const isAhead = head.length > events.length
  const why = isAhead
    ? `has ${head.length} events, this machine only ${events.length}`
    : 'holds another chain of this key'
  throw new CliError(EXIT.refused, 'chain_conflict', `${server} ${why}`, {
    hint: isAhead
      ? 'The key was used elsewhere: copy the newer file from there before you sign more.'
      : 'The key signed two different chains. Only one of them can stand at this server.',
  })
}

export const sigchainPublish: Command = {
  name: 'sigchain publish',
  about: 'send what is new in a sigchain to a server, where everybody can read it',
  args: [{ name: 'identity', about: 'whose chain, when there are several', optional: true }],
  options: serverOption,
  examples: ['kez sigchain publish --server https://example.org'],
  run: async (call) => {
    const primary = await chooseIdentity(call)
    const stored = await openChains(call.session).load(primary)
    if (stored.events.length === 0)
      throw new CliError(EXIT.refused, 'no_chain', `there is no sigchain of ${primary} here`)
    const client = connect(call)
    const head = await fetchHead(client, primary)
    if (head !== undefined) checkBegins(stored, head, client.baseUrl)
    const missing = stored.events.slice(head?.length ?? 0)
    for (const event of missing) await client.appendSigchain(event)
    const url = `${client.baseUrl}/v1/sigchains/${primary.replace(':', '/')}`
    return {
      data: { primary, sent: missing.length, length: stored.events.length, head: stored.chain.head, url },
      text: (paint) =>
        fields(paint, [
          ['identity', paint.bold(primary)],
          ['new events', `${missing.length} of ${stored.events.length}`],
          ['at', url],
        ]),
    }
  },
}
