/** Installs itself where AudioWorklet is missing; exports nothing. */
declare module 'audioworklet-polyfill';
