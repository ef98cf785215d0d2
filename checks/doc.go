// Package checks is the vocabulary of logindoctor: what a check is, what it looks at, and what it may conclude.
//
// # The model
//
// A [Check] is a constant value: an id, its prerequisites by pointer, the codes it may report and one function. A runner
// applies it through a [Pass]. One application is a [Node]: one for the computer ([Once]), one for each host in a role
// ([PerHost]) or one for each way to sign in ([PerPathway]). Typed results flow along the edges, so the connection that
// tcp.connect opened is the one that tls.version speaks TLS on and web.answer speaks HTTP on.
//
// # Two kinds of edge
//
// Requires blocks: if tls.chain failed for a host, web.answer is not run for it and says so. Uses waits and reads but
// never blocks, and its result may be absent. Whatever compares hosts, and whatever needs verified time, is a Uses.
// Both are pointers between packages, so a cycle does not compile.
//
// # Findings
//
// A probe that could not look is an error. A probe that looked and saw a fault reports a [Finding]: a [Code], how sure it
// is, and the [Evidence]. A check writes no prose: sentences, steps and proof stand in the README.md of its folder (a
// [Manual]) and are filled from the evidence. Blocking means that the next stage cannot work on this subject, for the
// clients that the code hits.
//
// # Causes
//
// Blocking leaves the first failures only. Code.ExplainedBy folds the rest: if an explaining code was found on the same
// subject, on this computer or on a host earlier on the same way, the finding is a consequence. It holds ids and not
// pointers because such an edge may lead either way along the path; the id of a check stands for all its findings that
// hurt.
//
// # The graph grows
//
// A check that meets a host calls [Pass.Reach]. The host gets all its nodes, the caller gives its slot back while it
// waits, and gets the host's result or a [BlockedError], which it returns unchanged: it is then blocked by what failed,
// and never a second failure. A Once check that draws a conclusion over all hosts is [Late]: it waits until no node that
// may still hand over hosts is at work.
//
// # The outside
//
// Everything outside comes through the doors of a [World]: clock, names, connections, trust, proxies, browser, secrets.
// The package imports nothing but the standard library; everything else imports it.
package checks
