/** The operator's own; those that a kiosk asks are the protocol's (`src/lib/chat/characters/kiosk.ts`). */
export const KIOSK_HEALTH_PATH = '/v1/kiosk/health';
