using Esoz.BulkExport;

namespace Esoz.Tests.BulkExport;

/// <summary>PIS. Get contract divisions (pis-bulk §4.7).</summary>
public sealed class GetContractDivisionsBulkTests(BulkRegistry registry)
    : BulkMethod(registry, GetContractDivisionsBulk.Resource, "contract_division_bulk:read_pis")
{
    [Fact(DisplayName =
        "A record has the members of the page in its order, the instant of the later change with Kyiv's offset of that day")]
    public async Task Members()
    {
        var summer = await Row("1100031457", changedAt: new(2025, 7, 1, 22, 30, 9, DateTimeKind.Utc));
        var winter = await Row("1100031458", changedAt: new(2026, 2, 25, 12, 10, 9, DateTimeKind.Utc), isActive: false);

        Assert.Equal(
            $$"""{"contract_id":"1100031457","changed_at":"2025-07-02T01:30:09+03:00","division_id":"{{summer}}","contract_status":"active","contract_end_date":"2026-12-31","contract_start_date":"2026-01-01","contract_division_status":"active","id":"{{await Id(summer)}}"}""",
            await Record("contract_id", "1100031457"));
        Assert.Equal(
            $$"""{"contract_id":"1100031458","changed_at":"2026-02-25T14:10:09+02:00","division_id":"{{winter}}","contract_status":"active","contract_end_date":"2026-12-31","contract_start_date":"2026-01-01","contract_division_status":"inactive","id":"{{await Id(winter)}}"}""",
            await Record("contract_id", "1100031458"));
    }

    [Theory(DisplayName = "A contract that is not VERIFIED or not active is inactive")]
    [InlineData("status = 'TERMINATED'")]
    [InlineData("is_active = false")]
    public async Task Inactive(string change)
    {
        var division = await Row(null, DateTime.UtcNow);
        await Registry.Execute(
            $"UPDATE contracts SET {change} WHERE id = (SELECT contract_id FROM contract_divisions WHERE division_id = $1)", division);

        var record = (await Records()).Single(record => record.GetProperty("division_id").GetGuid() == division);

        Assert.Equal("inactive", record.GetProperty("contract_status").GetString());
        Assert.Equal(await Registry.Scalar<Guid>("SELECT contract_id FROM contract_divisions WHERE division_id = $1", division),
            record.GetProperty("contract_id").GetGuid());
    }

    [Fact(DisplayName = "A change of the contract brings its divisions into the windows")]
    public async Task Window()
    {
        var division = await Row("1100031459", DateTime.UtcNow.AddDays(-40));
        Assert.DoesNotContain(await Records("?depth=1"), record => record.GetProperty("division_id").GetGuid() == division);

        await Registry.Execute("UPDATE contracts SET updated_at = now() WHERE contract_number = '1100031459'");

        Assert.Contains(await Records("?depth=1"), record => record.GetProperty("division_id").GetGuid() == division);
    }

    private Task<Guid> Id(Guid division) => Registry.Scalar<Guid>("SELECT id FROM contract_divisions WHERE division_id = $1", division);

    /// <summary>Creates a contract with one division; returns the division's id.</summary>
    private async Task<Guid> Row(string? number, DateTime changedAt, bool isActive = true)
    {
        var provider = await Given.LegalEntity();
        var contract = await Given.Contract(provider);
        await Registry.Execute(
            "UPDATE contracts SET contract_number = $2, start_date = '2026-01-01', end_date = '2026-12-31', inserted_at = '2019-01-01T00:00Z', updated_at = '2020-01-01T00:00Z' WHERE id = $1",
            contract, number);
        var division = await Given.Division(provider);
        await Given.Insert("contract_divisions", new()
        {
            ["contract_id"] = contract,
            ["division_id"] = division,
            ["is_active"] = isActive,
            ["inserted_at"] = Inserted,
            ["updated_at"] = changedAt,
        });
        return division;
    }
}
