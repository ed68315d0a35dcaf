import { createNatsToken, signingKeyFromSeed, toBase64url } from '@kez-chat/identity'
import { createNkey, signerFromSeed } from '@kez-chat/nats-jwt'
import { connect } from '@nats-io/transport-node'
import { answerJobs } from '../frame/load-process.ts'

export type LoginJob = {
  readonly url: string
  readonly logins: number
  readonly atOnce: number
  /** A static user of the configuration, whom the server knows by itself; or a person, about whom it asks. */
  readonly as: { readonly userSeed: string } | { readonly identitySeed: Uint8Array; readonly server: string }
}

const options = { reconnect: false, timeout: 20_000, noAsyncTraces: true } as const

const login = async ({ url, as }: LoginJob): Promise<void> => {
  const { seed, publicKey: nkey } = createNkey('user')
  const authenticator =
    'userSeed' in as
      ? (nonce = '') => {
          // Not the library's own authenticator: what it signs with costs more than the whole login.
          const user = signerFromSeed(as.userSeed)
          return { nkey: user.publicKey, sig: toBase64url(user.sign(Buffer.from(nonce))) }
        }
      : (nonce = '') => ({
          nkey,
          sig: toBase64url(signerFromSeed(seed).sign(Buffer.from(nonce))),
          auth_token: createNatsToken(
            { server: as.server, nkey, nonce },
            signingKeyFromSeed(as.identitySeed),
            Date.now(),
          ),
        })
  const nc = await connect({ ...options, servers: url, authenticator })
  await nc.close()
}

answerJobs<LoginJob, number>(async (job) => {
  let left = job.logins
  const started = performance.now()
  const work = async (): Promise<void> => {
    while (left > 0) {
      left -= 1
      await login(job)
    }
  }
  await Promise.all(Array.from({ length: job.atOnce }, work))
  return job.logins / ((performance.now() - started) / 1000)
})
