namespace Esoz.Tests.Contracts;

/// <summary>Private. Get contract employee by ID (contracts §3.3).</summary>
public sealed class GetContractEmployeeTests(Registry registry)
    : ContractRecordById(registry, ContractRecord.Employee), IClassFixture<Registry>
{
    [Fact(DisplayName = "Numbers are written shortest, dates in UTC")]
    public async Task Formats()
    {
        var given = Registry.Given;
        var id = await given.ContractEmployee(await given.Contract(await given.LegalEntity()));

        var data = (await Registry.Send("GET", $"{ContractRecord.Employee.Path}/{id}", await given.Nhs("private_contracts:read")))
            .Succeeded().Data;

        Assert.Equal(("0.5", "900", "2026-01-01T00:00:00Z", "null"),
            (data.GetProperty("staff_units").GetRawText(), data.GetProperty("declaration_limit").GetRawText(),
                data.GetProperty("start_date").GetString(), data.GetProperty("end_date").GetRawText()));
    }
}
