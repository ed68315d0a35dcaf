import { randomBytes } from 'node:crypto'
import { type DoctorCheck, maxBodyBytes, Problem } from '@kez-chat/contracts'
import { ask, describe, jsonOf, type Target } from '../ask.ts'
import { fail, ok, reasonOf } from '../check.ts'

const id = 'proxy.body-limit'
const size = maxBodyBytes - 1_024

/** The largest request that the gateway takes gets to it. It goes to nobody: the gateway's refusal is the good answer. */
export const lookAtBodyLimit = async (target: Target): Promise<DoctorCheck[]> => {
  const to = `nobody-${randomBytes(8).toString('hex')}`
  const body = JSON.stringify({ to, envelope: { v: 2, ct: 'x'.repeat(size) } })
  const kib = Math.floor(size / 1_024)
  const cure = `Let the proxy take requests of ${maxBodyBytes / 1_024} KiB at least. nginx: "client_max_body_size 1m;" (deploy/nginx/kez-chat.conf); a web firewall: no limit below that for /v1.`
  const refused = (why: string) =>
    fail(
      id,
      `A request of ${kib} KiB does not reach the gateway (${why}): long messages and parts of files are lost.`,
      cure,
    )
  try {
    const answer = await ask(target, '/v1/messages', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    })
    if (Problem.safeParse(jsonOf(answer)).success) return [ok(id, `Requests of ${kib} KiB get through.`)]
    return [refused(describe(answer))]
  } catch (error) {
    return [refused(reasonOf(error))]
  }
}
