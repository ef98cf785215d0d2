rpzFile("{{.Dir}}/policy.zone", {policyName="policy.test"})
