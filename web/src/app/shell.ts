import { html, type TemplateResult } from 'lit-html'
import { landingView } from '../landing/view.ts'
import type { Session } from '../session/session.ts'
import { toasts } from '../ui/toast.ts'
import { phase } from './app.ts'
import { blockedView } from './blocked.ts'
import { lazyView, loading } from './lazy.ts'
import { route } from './route.ts'
import { topBar } from './top-bar.ts'

const createView = lazyView(() => import('../create/view.ts').then((part) => part.createView))
const restoreView = lazyView(() => import('../restore/view.ts').then((part) => part.restoreView))
const unlockView = lazyView(() => import('../unlock/view.ts').then((part) => part.unlockView))
const handleView = lazyView(() => import('../handle/view.ts').then((part) => part.handleView))
export const chatsView = lazyView(() => import('../chats/view.ts').then((part) => part.chatsView))
const findView = lazyView(() => import('../find/view.ts').then((part) => part.findView))
const searchView = lazyView(() => import('../search/view.ts').then((part) => part.searchView))
const settingsView = lazyView(() => import('../settings/view.ts').then((part) => part.settingsView))
const relaysView = lazyView(() => import('../relays/page.ts').then((part) => part.relaysView))
const welcomeView = lazyView(() => import('../welcome/view.ts').then((part) => part.welcomeView))
const changeView = lazyView(() => import('../passphrase/change.ts').then((part) => part.changeView))
const quickUnlockView = lazyView(() => import('../biometrics/view.ts').then((part) => part.quickUnlockView))
const drillView = lazyView(() => import('../drill/view.ts').then((part) => part.drillView))
const notificationsView = lazyView(() => import('../notifications/view.ts').then((part) => part.notificationsView))
const meView = lazyView(() => import('../people/me.ts').then((part) => part.meView))
const pictureView = lazyView(() => import('../profile/view.ts').then((part) => part.pictureView))
const personView = lazyView(() => import('../people/view.ts').then((part) => part.personView))
const dashboardView = lazyView(() => import('../dashboard/view.ts').then((part) => part.dashboardView))
const claimsView = lazyView(() => import('../claims/view.ts').then((part) => part.claimsView))
const addClaimView = lazyView(() => import('../claims/add.ts').then((part) => part.addClaimView))
const claimView = lazyView(() => import('../claims/one.ts').then((part) => part.claimView))
const invitedLandingView = lazyView(() => import('../invited/landing.ts').then((part) => part.invitedLandingView))
const invitedView = lazyView(() => import('../invited/open.ts').then((part) => part.invitedView))
const invitationsView = lazyView(() => import('../invitations/view.ts').then((part) => part.invitationsView))
const exportView = lazyView(() => import('../move/export-view.ts').then((part) => part.exportView))
const importView = lazyView(() => import('../move/import-view.ts').then((part) => part.importView))
const movingView = lazyView(() => import('../move/moving-view.ts').then((part) => part.movingView))
const lostView = lazyView(() => import('../lost/view.ts').then((part) => part.lostView))

/** The whole page as a function of where the app stands. */
export const shell = (): TemplateResult => html`${topBar.value?.()} ${body()}`

const body = (): TemplateResult => {
  const now = phase.value
  switch (now.name) {
    case 'starting':
      return loading()
    case 'blocked':
      return blockedView(now.reason)
    case 'new':
      return newView()
    case 'lost':
      return comingBack() ?? lostView(now.what)
    case 'locked':
      return comingBack() ?? unlockView()
    case 'moving':
      return movingView(now.here)
    case 'open':
      return html`${openView(now.session)} ${toasts()}`
  }
}

/** The ways in for somebody who has been here before. */
const comingBack = (): TemplateResult | undefined => {
  if (route.value.name === 'import') return importView()
  return route.value.name === 'restore' ? restoreView() : undefined
}

const newView = (): TemplateResult => {
  if (route.value.name === 'create') return createView()
  if (route.value.name === 'invite') return invitedLandingView()
  return comingBack() ?? landingView()
}

const openView = (session: Session): TemplateResult => {
  if (route.value.name === 'import') return importView(session)
  if (!session.account.value) return handleView(session)
  switch (route.value.name) {
    case 'find':
      return findView(session)
    case 'search':
      return searchView(session)
    case 'settings':
      return settingsView(session)
    case 'relays':
      return relaysView(session)
    case 'welcome':
      return welcomeView(session)
    case 'passphrase':
      return changeView(session)
    case 'quick-unlock':
      return quickUnlockView(session)
    case 'me':
      return meView(session)
    case 'picture':
      return pictureView(session)
    case 'person':
      return personView(session)
    case 'dashboard':
      return dashboardView(session)
    case 'claims':
      return claimsView(session)
    case 'add-claim':
      return addClaimView(session)
    case 'claim':
      return claimView(session)
    case 'invite':
      return invitedView(session)
    case 'invitations':
      return invitationsView(session)
    case 'export':
      return exportView(session)
    case 'drill':
      return drillView(session)
    case 'notifications':
      return notificationsView(session)
    default:
      return chatsView(session)
  }
}
