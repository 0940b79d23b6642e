namespace Esoz.Tests.HealthcareServices;

/// <summary>Get healthcare services (employee-roles §6.2).</summary>
public sealed class GetHealthcareServicesTests(Registry registry) : IClassFixture<Registry>
{
    private const string Scope = "healthcare_service:read";

    private Given Given => registry.Given;

    [Fact(DisplayName = "A provider sees its own services, oldest first, with every member in order")]
    public async Task Lists()
    {
        var provider = await Given.Provider("CLOSED");
        var services = new[] { await Given.HealthcareService(provider), await Given.HealthcareService(provider, status: "INACTIVE") };
        await Given.HealthcareService(provider, isActive: false);
        await Given.HealthcareService(await Given.Provider());

        var answer = (await registry.Send("GET", HealthcareServiceCase.Path, await Given.Token(provider, Scope))).Succeeded();

        Assert.Equal(services, answer.Ids());
        Assert.Equal(HealthcareServiceCase.Members, answer.Data[0].EnumerateObject().Select(member => member.Name));
        Assert.Equal(
            """{"page_number":1,"page_size":50,"total_entries":2,"total_pages":1}""", answer.Json.GetProperty("paging").GetRawText());
    }

    [Fact(DisplayName = "An imported service without an update shows its insertion there, and where its licensing has no instant")]
    public async Task NeverUpdated()
    {
        var provider = await Given.Provider();
        var service = await Given.HealthcareService(provider);
        await registry.Execute(
            "UPDATE healthcare_services SET updated_at = NULL, updated_by = NULL, licensed_status = 'ACTIVE' WHERE id = $1", service);

        var data = (await registry.Send("GET", HealthcareServiceCase.Path, await Given.Token(provider, Scope))).Succeeded().Data[0];

        var insertedAt = data.GetProperty("inserted_at").GetString();
        Assert.Equal((insertedAt, data.GetProperty("inserted_by").GetGuid(), insertedAt),
            (data.GetProperty("updated_at").GetString(), data.GetProperty("updated_by").GetGuid(),
                data.GetProperty("licensed_healthcare_service").GetProperty("updated_at").GetString()));
    }

    [Theory(DisplayName = "A MIS and the NHS see the services of all providers")]
    [InlineData("MIS")]
    [InlineData("NHS")]
    public async Task SeesAll(string type)
    {
        var services = new[] { await Given.HealthcareService(await Given.Provider()),
            await Given.HealthcareService(await Given.Provider()) };
        var client = Guid.NewGuid();
        await Given.Client(client, type);

        var seen = (await registry.Send("GET", $"{HealthcareServiceCase.Path}?page_size=500", await Given.Token(client, Scope)))
            .Succeeded().Ids();

        Assert.Empty(services.Except(seen));
    }

    [Fact(DisplayName = "Each filter selects by its value; several are combined with AND")]
    public async Task Filters()
    {
        var provider = await Given.Provider();
        var division = await Given.Division(provider);
        var heart = await Given.HealthcareService(provider, division, "CARDIOLOGY");
        var dermatology = await Given.HealthcareService(provider, speciality: "DERMATO-VENEREOLOGY", status: "INACTIVE");
        var drugs = (await registry.Post(provider, HealthcareServiceCase.Drugs(division, await Given.License(provider)))).Succeeded(201)
            .Data.GetProperty("id").GetGuid();

        Assert.Equal([heart, drugs], await Ids(provider, $"?division_id={division}"));
        Assert.Equal([dermatology], await Ids(provider, "?speciality_type=DERMATO-VENEREOLOGY"));
        Assert.Equal([heart, dermatology], await Ids(provider, "?providing_condition=OUTPATIENT"));
        Assert.Equal([drugs], await Ids(provider, "?category=PHARMACY_DRUGS"));
        Assert.Equal([drugs], await Ids(provider, "?type=SALE"));
        Assert.Equal([], await Ids(provider, "?type=PRECURSOR"));
        Assert.Equal([dermatology], await Ids(provider, "?status=inactive"));
        Assert.Equal([heart], await Ids(provider, $"?division_id={division}&category=MSP&status=ACTIVE"));
        Assert.Equal([], await Ids(await Given.Provider(), $"?division_id={division}"));
    }

    [Theory(DisplayName = "A filter of the wrong form")]
    [InlineData("division_id=17", "division_id", "is invalid")]
    [InlineData("status=CLOSED", "status", "value is not allowed in enum")]
    [InlineData("speciality_type=A%00B", "speciality_type", "is invalid")]
    [InlineData("page=0", "page", "must be greater than 0")]
    public async Task Faults(string query, string entry, string description) =>
        (await registry.Send("GET", $"{HealthcareServiceCase.Path}?{query}", await Given.Token(await Given.Provider(), Scope)))
            .IsIlRefusal(422, "validation_failed", Answer.ValidationFailed, entry, description);

    private async Task<IReadOnlyList<Guid>> Ids(Guid provider, string query) =>
        (await registry.Send("GET", HealthcareServiceCase.Path + query, await Given.Token(provider, Scope))).Succeeded().Ids();
}
