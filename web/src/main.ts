import { effect } from '@preact/signals-core'
import { render } from 'lit-html'
import { config } from 'zod'
import { phase, startApp } from './app/app.ts'
import { fetchAhead } from './app/fetch-ahead.ts'
import { followScreen } from './app/focus.ts'
import { followInvitation } from './app/invited.ts'
import { wantedLanguages } from './app/language.ts'
import { followAddress } from './app/route.ts'
import { shell } from './app/shell.ts'
import { restoreTheme } from './app/theme.ts'
import { holdVersion } from './app/version.ts'
import { followViewport } from './app/viewport.ts'
import { unreadTotal } from './chats/groups.ts'
import { showBadge } from './notifications/badge.ts'
import { chooseLanguage, locale } from './strings/index.ts'
import { followInstall } from './welcome/install.ts'

// zod would compile its checks with new Function, which the page's CSP forbids and reports. Said before any schema is made.
config({ jitless: true })

const root = document.querySelector<HTMLElement>('#app') ?? document.body

const unread = (): number => {
  if (phase.value.name !== 'open') return 0
  const { chats, now } = phase.value.session
  return unreadTotal(chats.summaries.value, now())
}

// No await at the top level: parts of the app import what is in the same file as this, and would wait for its end as it waits for them.
const start = async (): Promise<void> => {
  holdVersion()
  await fetchAhead()
  await chooseLanguage(wantedLanguages())
  document.documentElement.lang = locale
  restoreTheme()
  followInstall()
  followViewport()
  followAddress()
  followInvitation()
  effect(() => {
    render(shell(), root)
    followScreen(root, unread())
    if (phase.value.name !== 'starting') showBadge(unread())
  })
  await startApp()
  // After what is shown first. Without a worker everything works but notifications and a start without a network.
  void import('./offline/follow.ts').then(({ followWorker }) => followWorker()).catch(() => undefined)
}

void start()
