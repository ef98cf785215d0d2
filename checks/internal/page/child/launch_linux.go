package child

// lean has the browser draw and speak with the network in its own process, as it does on Android by default (chromium,
// content/public/common/content_features.cc, content_switches.cc): two processes less to start and to keep, and without
// them nobody needs the zygote for those outside the sandbox.
var lean = []string{"--in-process-gpu", "--enable-features=NetworkServiceInProcess2", "--no-unsandboxed-zygote"}
