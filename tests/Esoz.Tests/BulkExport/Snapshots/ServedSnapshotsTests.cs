using System.Diagnostics;
using Esoz.BulkExport.Snapshots;
using Microsoft.Extensions.DependencyInjection;

namespace Esoz.Tests.BulkExport.Snapshots;

/// <summary>A node's cache of the snapshots in service.</summary>
public sealed class ServedSnapshotsTests(BulkRegistry registry) : IClassFixture<BulkRegistry>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private ServedSnapshots Served => registry.Services.GetRequiredService<ServedSnapshots>();

    [Fact(DisplayName = "A snapshot that another process puts into service is served on its notification; until then the cached one is served")]
    public async Task IsNotified()
    {
        for (var round = 0; round < 2; round++)
        {
            var before = await Served.Find("divisions", Ct);
            using var process = Process.Start(registry.Command("snapshot", "run", "divisions", "--json"))!;
            var said = process.StandardError.ReadToEndAsync(Ct);
            var output = await process.StandardOutput.ReadToEndAsync(Ct);
            await process.WaitForExitAsync(Ct);

            var after = await Served.Find("divisions", Ct);
            Assert.True(process.ExitCode == 0, await said);
            Assert.Contains(after!.Generation.ToString(), output, StringComparison.Ordinal);
            Assert.NotEqual(before, after);
        }
    }

    [Fact(DisplayName = "A change without a notification is noticed after a second")]
    public async Task Polls()
    {
        await registry.Build();
        Assert.NotNull(await Served.Find("employees", Ct));
        await registry.Execute("UPDATE bulk_generations SET state = 'RETIRED' WHERE resource = 'employees' AND state = 'READY'");

        registry.Clock.Age(TimeSpan.FromSeconds(1));

        Assert.Null(await Served.Find("employees", Ct));
    }

    [Fact(DisplayName = "Age, rows and length of what is in service are measured on every node, without any request")]
    public async Task Measured()
    {
        await registry.SomeEmployees(new Random(1), 3);
        var report = await registry.Build();
        var metrics = "";
        await Eventually.Holds(async () =>
        {
            metrics = await registry.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative), Ct);
            return metrics.Contains(
                $"esoz_bulk_snapshot_size_bytes{{resource=\"employees\"}} {report.Full.Bytes}\n", StringComparison.Ordinal);
        }, () => metrics);

        Assert.Contains($"esoz_bulk_snapshot_rows{{resource=\"employees\"}} {report.Full.Rows}\n", metrics, StringComparison.Ordinal);
        Assert.Contains("esoz_bulk_snapshot_age_seconds{resource=\"employees\"}", metrics, StringComparison.Ordinal);
        Assert.Contains("esoz_bulk_build_duration_seconds_count{", metrics, StringComparison.Ordinal);
    }
}
