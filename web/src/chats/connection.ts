import type { RelayState } from '@kez-chat/nostr-client'
import { html, nothing, type TemplateResult } from 'lit-html'
import { standing } from '../relays/standing.ts'
import type { Connection } from '../session/connection.ts'
import { t } from '../strings/index.ts'

/** What waiting will not cure, or that nothing is reached. */
export const connectionNews = (
  connection: Connection,
  relays: readonly RelayState[],
): TemplateResult | typeof nothing => {
  const { problem } = connection
  if (problem !== undefined) return html`<p>${t.connection.problems[problem] ?? t.connection.otherProblem(problem)}</p>`
  return standing(connection, relays).kind === 'offline' ? html`<p>${t.list.offline}</p>` : nothing
}
