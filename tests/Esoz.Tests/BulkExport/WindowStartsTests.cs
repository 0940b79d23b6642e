using System.Text.Json;
using Esoz.BulkExport;
using Esoz.BulkExport.Verifying;
using Esoz.Import;
using Esoz.Sandbox.Generate;

namespace Esoz.Tests.BulkExport;

/// <summary>windows_valid_from (pis-bulk §3.13): which copies windows bring up to date, and that verification knows it.</summary>
public sealed class WindowStartsTests(BulkRegistry registry) : IClassFixture<BulkRegistry>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(DisplayName =
        "Rows imported with old change instants are in no window: copies from before the import need the full set, later ones do not")]
    public async Task Imported()
    {
        var before = await registry.Build(GetPartiesBulk.Resource);
        await Import("parties", $$"""
            {"id":"{{Guid.NewGuid()}}","first_name":"Олена","last_name":"Ткачук","birth_date":"1983-05-17","gender":"FEMALE","tax_id":"3000000019","documents":[{"type":"PASSPORT","number":"АА000001"}],"phones":[{"type":"MOBILE","number":"+380000000001"}],"inserted_by":"{{Guid.NewGuid()}}","inserted_at":"2020-01-01T00:00:00Z","updated_at":"2020-01-01T00:00:00Z"}
            """);
        var imported = await registry.Build(GetPartiesBulk.Resource);
        var validFrom = await ValidFrom("parties");

        Assert.Equal(before.Full.Rows + 1, imported.Full.Rows);
        Assert.Equal(before.Windows[^2].Rows, imported.Windows[^2].Rows);
        Assert.InRange(validFrom!.Value, before.Snapshot.At, imported.Snapshot.At);
        Assert.True(before.Snapshot.At < validFrom);

        await registry.Given.Party();
        var later = await registry.Build(GetPartiesBulk.Resource);

        Assert.Equal(validFrom, await ValidFrom("parties"));
        var verdict = await new VerifySnapshots(registry.Store, registry.Bucket).Run([GetPartiesBulk.Resource], Ct);
        Assert.Empty(verdict.Findings);
        foreach (var pair in verdict.Pairs.Where(pair => pair.To == later.Snapshot.Generation))
            Assert.Equal(pair.From == imported.Snapshot.Generation, pair.IsProved);
    }

    [Fact(DisplayName = "An import that changes nothing keeps the windows, one that changes a row does not; resources of other tables keep theirs")]
    public async Task Untouched()
    {
        var line = $$"""
            {"id":"{{Guid.NewGuid()}}","first_name":"Іван","last_name":"Франко","birth_date":"1983-05-17","gender":"MALE","tax_id":"3000000027","documents":[{"type":"PASSPORT","number":"АА000001"}],"phones":[{"type":"MOBILE","number":"+380000000001"}],"inserted_by":"{{Guid.NewGuid()}}"}
            """;
        await Import("parties", line);
        await registry.Run(GetPartiesBulk.Resource, GetHealthcareServicesBulk.Resource);
        var (validFrom, ofServices) = (await ValidFrom("parties"), await ValidFrom("healthcare_services"));

        await Import("parties", line);
        await registry.Run(GetPartiesBulk.Resource, GetHealthcareServicesBulk.Resource);
        Assert.Equal(validFrom, await ValidFrom("parties"));
        await Import("parties", line.Replace("Франко", "Франчук", StringComparison.Ordinal));
        await registry.Run(GetPartiesBulk.Resource, GetHealthcareServicesBulk.Resource);

        Assert.True(validFrom < await ValidFrom("parties"));
        Assert.Equal(ofServices, await ValidFrom("healthcare_services"));
    }

    [Fact(DisplayName = "Records of another form: copies up to the last snapshot of the old form need the full set, once")]
    public async Task OtherForm()
    {
        var old = await registry.Build(GetDivisionsBulk.Resource);
        await registry.Execute("UPDATE bulk_generations SET form = 'another' WHERE id = $1", old.Snapshot.Generation);

        await registry.Build(GetDivisionsBulk.Resource);
        await registry.Build(GetDivisionsBulk.Resource);

        Assert.Equal(old.Snapshot.At, await ValidFrom("divisions"));
    }

    [Fact(DisplayName = "A generated registry moves the instant of every resource with windows")]
    public async Task Generated()
    {
        var before = await registry.Run([.. BulkResources.All]);

        await SyntheticRegistry.Write(registry.Database, employees: 2, seed: 7, registry.Clock, _ => { }, Ct);
        await registry.Run([.. BulkResources.All]);

        foreach (var resource in BulkResources.All.Where(resource => resource.HasWindows))
            Assert.True(await ValidFrom(resource.Name) > before.Reports[0].Snapshot.At, resource.Name);
        Assert.Empty((await new VerifySnapshots(registry.Store, registry.Bucket).Run(BulkResources.All, Ct)).Findings);
    }

    private async Task Import(string table, string lines)
    {
        var directory = Directory.CreateTempSubdirectory("esoz-windows-").FullName;
        await File.WriteAllTextAsync(Path.Combine(directory, table + ".ndjson"), lines, Ct);
        await ImportDirectory.Run(registry.Database.Source, directory, _ => { }, Ct);
        Directory.Delete(directory, recursive: true);
    }

    /// <summary>As a client reads it.</summary>
    private async Task<DateTime?> ValidFrom(string resource)
    {
        var key = new Credential(ApiKey: await registry.Given.ApiKey("PIS"));
        var value = (await registry.Send("GET", "/api/pis/bulk/manifest", key)).Succeeded().Data.EnumerateArray()
            .Single(it => it.GetProperty("resource").GetString() == resource).GetProperty("windows_valid_from");
        return value.ValueKind == JsonValueKind.Null ? null : value.GetDateTime();
    }
}
