import type { Here } from './here.ts'

/** `install_first`: only what stands on the home screen gets pushes. */
export type Support = 'ok' | 'install_first' | 'none'

type Parts = { readonly worker: boolean; readonly push: boolean; readonly notification: boolean }

export const supportOf = ({ worker, push, notification }: Parts, { system, installed }: Here): Support => {
  if (worker && push && notification) return 'ok'
  return system === 'ios' && !installed ? 'install_first' : 'none'
}

export const supportHere = (here: Here): Support =>
  supportOf(
    {
      worker: 'serviceWorker' in navigator,
      push: 'PushManager' in globalThis,
      notification: 'Notification' in globalThis,
    },
    here,
  )
