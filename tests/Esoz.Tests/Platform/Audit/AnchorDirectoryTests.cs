using Esoz.Platform.Audit;

namespace Esoz.Tests.Platform.Audit;

/// <summary>Anchors in a directory (docs/adr/0031).</summary>
public sealed class AnchorDirectoryTests(TestCluster cluster)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory(DisplayName = "What a crash or a full disk has left of a line is removed by the next addition, which writes the line again")]
    [InlineData(1)]
    [InlineData(100)]
    public async Task TornLine(int missing)
    {
        await using var registry = await SealedRegistry.Started(cluster);
        await registry.OldRows(20, 3);
        await registry.Seal();
        var file = Directory.GetFiles(registry.Anchors, "*.ndjson").Order(StringComparer.Ordinal).Last();
        var bytes = await File.ReadAllBytesAsync(file, Ct);
        await File.WriteAllBytesAsync(file, bytes[..^missing], Ct);

        await registry.Given.LegalEntity();
        await registry.Seal();

        var verdict = await registry.Verify();
        Assert.Empty(verdict.Findings);
        Assert.Equal(verdict.Logs.Sum(it => it.Seals), verdict.Anchored);
    }

    [Fact(DisplayName = "A place that cannot be written keeps neither the seals nor the other places from theirs; it is reported, and caught up")]
    public async Task Unwritable()
    {
        await using var registry = await SealedRegistry.Started(cluster);
        await registry.Given.LegalEntity();
        // A file where the directory should be.
        var blocked = Path.Combine(registry.DataDirectory, "blocked");
        await File.WriteAllTextAsync(blocked, "", Ct);
        AuditAnchors[] places = [new AnchorDirectory(blocked), new AnchorDirectory(registry.Anchors)];
        var sealer = SealedRegistry.Sealer(registry, TimeSpan.Zero, places);

        var missed = await Assert.ThrowsAsync<IOException>(() => sealer.Run(Ct));

        Assert.Contains(blocked, missed.Message, StringComparison.Ordinal);
        var verdict = await registry.Verify();
        Assert.Empty(verdict.Findings);
        Assert.Equal(verdict.Logs.Sum(it => it.Seals), verdict.Anchored);
        File.Delete(blocked);
        await registry.Given.LegalEntity();
        Assert.Equal(1, await sealer.Run(Ct));
        verdict = await registry.Verify(new AnchorDirectory(blocked));
        Assert.Empty(verdict.Findings);
        Assert.Equal(verdict.Logs.Sum(it => it.Seals), verdict.Anchored);
    }
}
