import { type ReadonlySignal, signal } from '@preact/signals-core'

type InstallPrompt = Event & { prompt(): Promise<unknown> }

const isInstallPrompt = (event: Event): event is InstallPrompt => 'prompt' in event

const offered = signal<InstallPrompt | undefined>(undefined)
const installed = signal(window.matchMedia('(display-mode: standalone)').matches)

export const isInstalled: ReadonlySignal<boolean> = installed
export const canInstall = (): boolean => offered.value !== undefined

/** The browser offers installing once, early: the offer is kept until the person asks for it. */
export const followInstall = (): void => {
  window.addEventListener('beforeinstallprompt', (event) => {
    event.preventDefault()
    if (isInstallPrompt(event)) offered.value = event
  })
  window.addEventListener('appinstalled', () => {
    offered.value = undefined
    installed.value = true
  })
}

export const install = async (): Promise<void> => {
  const prompt = offered.value
  offered.value = undefined
  await prompt?.prompt()
}
