// What Kit's types leave open for an app to fill in. Nothing of ours is needed there.
declare global {
	namespace App {}
}

export {};
