import { effect, untracked } from '@preact/signals-core'
import { deviceStorage, phase } from './app.ts'
import { route } from './route.ts'

/**
 * Keeps the invitation that somebody follows until they are in, and goes on with it then: after an identity was made or
 * brought back, or the app unlocked, with whatever happens to the page in between.
 */
export const followInvitation = (): void => {
  let wentOn: object | undefined
  const load = () => import('../invited/pending.ts')
  // What does not load or cannot be kept is still in the address, and in the hands of who follows it.
  const attempt = (work: Promise<void>): void => void work.catch(() => undefined)
  effect(() => {
    const [now, at] = [phase.value, route.value]
    if (now.name === 'starting' || now.name === 'blocked') return
    const session = now.name === 'open' && now.session.account.value ? now.session : undefined
    untracked(() => {
      if (at.name === 'invite') {
        if (!session) attempt(load().then(({ keep }) => keep(at.link)))
        wentOn = session
      } else if (session && session !== wentOn) {
        wentOn = session
        const goOn = async (): Promise<void> => {
          if ((await deviceStorage().count('pending')) > 0) await (await load()).goOn()
        }
        attempt(goOn())
      }
    })
  })
}
