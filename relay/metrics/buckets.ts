/** Upper bounds of the histograms. Seconds where they measure time. */

export const BUCKETS = {
	// Unmute's.
	session: [1, 10, 30, 60, 120, 240, 480, 960, 1920],
	turn: [0.5, 1, 5, 10, 20, 40, 60],
	generation: [0.1, 0.25, 0.5, 1, 2, 5, 10, 20],
	ping: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2],
	sttFirst: [0.01, 0.015, 0.025, 0.05, 0.075, 0.1],
	ttsFirst: [0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55],
	llmFirst: [0.05, 0.075, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.75, 1],
	requestWords: [50, 100, 200, 500, 1000, 2000, 4000, 6000, 8000],
	sttWords: [0, 50, 100, 200, 500, 1000, 2000, 4000],
	replyWords: [5, 10, 25, 50, 100, 200],
	// Ours. A turn that is answered within 0.3 s feels immediate; one that takes 5 s has been given up.
	latency: [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1, 1.5, 2, 3, 5, 10],
	gaps: [0, 1, 2, 3, 5, 10],
	// 5 ms is what the relay may add; 80 ms is a page late.
	loopDelay: [0.001, 0.0025, 0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 1]
} as const;
