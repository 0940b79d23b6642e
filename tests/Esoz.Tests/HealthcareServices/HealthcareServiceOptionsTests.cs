namespace Esoz.Tests.HealthcareServices;

/// <summary>Effect of the settings of healthcare services on <c>POST /api/healthcare_services</c> (employee-roles §6.2, check 7).</summary>
public sealed class HealthcareServiceOptionsTests(HealthcareServiceOptionsTests.OtherLicenses registry)
    : IClassFixture<HealthcareServiceOptionsTests.OtherLicenses>
{
    private Given Given => registry.Given;

    [Fact(DisplayName = "7 a category whose type of licence is set to nothing has no licence, and is refused one")]
    public async Task NoLicense()
    {
        var provider = await Given.Provider(type: "PHARMACY");
        var body = HealthcareServiceCase.Pharmacy(await Given.Division(provider), await Given.License(provider, "PHARMACY"));

        (await registry.Post(provider, body))
            .IsIlBusinessFault("$.license_id", "License must not be submitted for healthcare service category");
        body.Remove("license_id");
        Assert.Equal("null", (await registry.Post(provider, body)).Succeeded(201).Data.GetProperty("license_id").GetRawText());
    }

    [Fact(DisplayName = "7 the licence has the configured type")]
    public async Task OtherType()
    {
        var provider = await Given.Provider(type: "PHARMACY");
        var division = await Given.Division(provider);

        (await registry.Post(provider, HealthcareServiceCase.Drugs(division, await Given.License(provider))))
            .IsIlBusinessFault("$.license_id", "License not found");
        (await registry.Post(provider, HealthcareServiceCase.Drugs(division, await Given.License(provider, "MSP")))).Succeeded(201);
    }

    public sealed class OtherLicenses(TestCluster cluster) : Registry(cluster)
    {
        protected override Dictionary<string, string> Configuration => new()
        {
            ["HEALTHCARE_SERVICE_PHARMACY_LICENSE_TYPE"] = "",
            ["HEALTHCARE_SERVICE_PHARMACY_DRUGS_LICENSE_TYPE"] = "MSP",
        };
    }
}
