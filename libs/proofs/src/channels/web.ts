import { expectOk } from '../http/expect-ok.ts'
import type { Channel } from './channel.ts'

/** `https://<host>/.well-known/kez.json`, whatever its content type. */
export const webChannel: Channel = async function* (host, { http, signal }) {
  const url = `https://${host}/.well-known/kez.json`
  const answer = await http(url, { accept: 'application/json, */*;q=0.5', follow: true, signal })
  expectOk(answer, `${url} does not exist`)
  yield { text: new TextDecoder().decode(answer.body), place: url, dedicated: true }
}
