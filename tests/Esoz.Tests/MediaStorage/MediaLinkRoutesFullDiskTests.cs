using System.Diagnostics;
using Esoz.Platform.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Esoz.Tests.MediaStorage;

/// <summary>Uploads to a disk without space (media-storage §6).</summary>
public sealed class MediaLinkRoutesFullDiskTests(MediaLinkRoutesFullDiskTests.SmallDisk registry)
    : IClassFixture<MediaLinkRoutesFullDiskTests.SmallDisk>
{
    [Fact(DisplayName = "An upload without enough space is 507; the existing object stays")]
    public async Task StorageFull()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root may mount a small file system");
        var ct = TestContext.Current.CancellationToken;
        var small = await registry.Http.PutAsync(Link("PUT"), new ByteArrayContent(new byte[300_000]), ct);

        var answer = await Answer.Of(await registry.Http.PutAsync(Link("PUT"), new ByteArrayContent(new byte[900_000]), ct));

        Assert.Equal(200, (int)small.StatusCode);
        answer.IsIlRefusal(507, "insufficient_storage", "Storage is full");
        Assert.Equal(300_000, (await registry.Http.GetByteArrayAsync(Link("GET"), ct)).Length);
        var stored = Directory.GetFiles(registry.Disk, "*", SearchOption.AllDirectories)
            .Where(path => !path.Contains("/.locks/", StringComparison.Ordinal));
        Assert.Equal(2, stored.Count());
    }

    private string Link(string verb) => registry.Services.GetRequiredService<ILinkSigner>().Sign(
        new LinkGrant(verb, registry.Settings.Buckets.AmbulatoryContracts, ObjectKey.Named(Guid.Empty, ObjectName.FromLink("x")!),
            registry.Clock.GetUtcNow(), TimeSpan.FromSeconds(600), SignedLinks.Holder),
        registry.Url.GetLeftPart(UriPartial.Authority));

    /// <summary>A registry with one megabyte of space for objects.</summary>
    public sealed class SmallDisk(TestCluster cluster) : Registry(cluster), IAsyncLifetime
    {
        public string Disk { get; } = Directory.CreateTempSubdirectory("esoz-small-").FullName;

        protected override Dictionary<string, string> Configuration => new() { ["MEDIA_STORAGE_ROOT"] = Disk };

        async ValueTask IAsyncLifetime.InitializeAsync()
        {
            if (Environment.IsPrivilegedProcess)
                await Run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", Disk);
            await InitializeAsync();
        }

        async ValueTask IAsyncDisposable.DisposeAsync()
        {
            await DisposeAsync();
            if (Environment.IsPrivilegedProcess)
                await Run("umount", Disk);
            Directory.Delete(Disk, recursive: true);
        }

        private static async Task Run(string program, params string[] arguments)
        {
            using var process = Process.Start(program, arguments);
            await process.WaitForExitAsync();
            Assert.Equal(0, process.ExitCode);
        }
    }
}
