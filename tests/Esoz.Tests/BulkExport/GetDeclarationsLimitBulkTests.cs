using Esoz.BulkExport;

namespace Esoz.Tests.BulkExport;

/// <summary>API-005-013-0006 PIS. Get declarations limit (pis-bulk §4.8).</summary>
public sealed class GetDeclarationsLimitBulkTests(BulkRegistry registry)
    : BulkMethod(registry, GetDeclarationsLimitBulk.Resource, "declaration_bulk:read_pis")
{
    [Fact(DisplayName =
        "The lowest limit of the official specialities of all of a party's employees, and the declarations in force or pending of all of them")]
    public async Task Limits()
    {
        var party = await Given.Party();
        var first = await Doctor(party, """{"speciality": "FAMILY_DOCTOR", "speciality_officio": true}""", "{}");
        var second = await Doctor(
            party, null,
            """{"specialities": [{"speciality": "THERAPIST", "speciality_officio": true}, {"speciality": "PEDIATRICIAN", "speciality_officio": false}]}""", isActive: false);
        foreach (var (employee, status) in new[] { (first, "active"), (first, "terminated"), (second, "pending_verification"),
            (second, "rejected") })
            await Declaration(employee, status);

        Assert.Equal(
            $$"""{"party_id":"{{party}}","declarations_limit":1800,"declarations_count":2}""", await Record("party_id", $"{party}"));

        await Doctor(party, """{"speciality": "PEDIATRICIAN", "speciality_officio": true}""", "{}");
        Assert.Equal(
            $$"""{"party_id":"{{party}}","declarations_limit":900,"declarations_count":2}""", await Record("party_id", $"{party}"));
    }

    [Fact(DisplayName = "A party without an official speciality of primary care is left out; records come by party; depth is ignored")]
    public async Task LeftOut()
    {
        var party = await Given.Party();
        await Doctor(party, """{"speciality": "FAMILY_DOCTOR", "speciality_officio": false}""",
            """{"specialities": [{"speciality": "GENERAL_SURGERY", "speciality_officio": true}]}""");
        for (var i = 0; i < 5; i++)
            await Doctor(await Given.Party(), """{"speciality": "THERAPIST", "speciality_officio": true}""", "{}");

        var parties = (await Records("?depth=nonsense")).Select(record => record.GetProperty("party_id").GetGuid()).ToList();

        Assert.DoesNotContain(party, parties);
        Assert.True(parties.Count >= 5);
        Assert.Equal(parties.Order(), parties);
        Assert.DoesNotContain(await Keys(), key => key.Contains("depth-", StringComparison.Ordinal));
    }

    [Theory(DisplayName = "A limit that is missing or no number fails the run; the previous snapshot stays in service")]
    [InlineData("value = 'багато'")]
    [InlineData("parameter = 'gone'")]
    public async Task NoLimit(string change)
    {
        await Doctor(await Given.Party(), """{"speciality": "THERAPIST", "speciality_officio": true}""", "{}");
        var before = await Records();
        var id = await Registry.Scalar<Guid>("SELECT id FROM global_parameters WHERE parameter = 'therapist_declaration_limit'");
        await Registry.Execute($"UPDATE global_parameters SET {change} WHERE id = $1", id);
        try
        {
            var run = await Registry.Run(GetDeclarationsLimitBulk.Resource, GetDivisionsBulk.Resource);

            Assert.Equal(GetDeclarationsLimitBulk.Resource, Assert.Single(run.Failures).Resource);
            Assert.Equal("divisions", Assert.Single(run.Reports).Snapshot.Resource);
            Assert.Equal(before.Select(record => record.GetRawText()), (await InService()).Select(record => record.GetRawText()));
        }
        finally
        {
            await Registry.Execute(
                "UPDATE global_parameters SET parameter = 'therapist_declaration_limit', value = '2000' WHERE id = $1", id);
        }
    }

    private async Task<Guid> Doctor(Guid party, string? speciality, string additionalInfo, bool isActive = true) =>
        await Given.Insert("employees", new()
        {
            ["legal_entity_id"] = await Given.LegalEntity(),
            ["party_id"] = party,
            ["position"] = "P7",
            ["employee_type"] = "DOCTOR",
            ["status"] = "APPROVED",
            ["start_date"] = new DateOnly(2019, 6, 4),
            ["speciality"] = speciality is null ? null : Given.Json(speciality),
            ["additional_info"] = Given.Json(additionalInfo),
            ["is_active"] = isActive,
        });

    private async Task Declaration(Guid employee, string status)
    {
        var legalEntity = await Registry.Scalar<Guid>("SELECT legal_entity_id FROM employees WHERE id = $1", employee);
        await Given.Insert("declarations", new()
        {
            ["employee_id"] = employee,
            ["division_id"] = await Given.Division(legalEntity),
            ["legal_entity_id"] = legalEntity,
            ["person_id"] = Guid.NewGuid(),
            ["status"] = status,
            ["start_date"] = new DateOnly(2024, 1, 1),
            ["end_date"] = new DateOnly(2044, 1, 1),
            ["is_active"] = true,
        });
    }

    private async Task<IReadOnlyList<string>> Keys()
    {
        List<string> keys = [];
        await foreach (var stored in Registry.Store.List(Registry.Bucket, "declarations_limit/", TestContext.Current.CancellationToken))
            keys.Add(stored.Key.Text);
        return keys;
    }
}
