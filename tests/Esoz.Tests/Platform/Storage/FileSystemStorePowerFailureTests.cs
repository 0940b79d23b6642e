using System.Diagnostics;
using System.Security.Cryptography;
using Esoz.Platform.Storage;

namespace Esoz.Tests.Platform.Storage;

/// <summary>
/// What the embedded store has acknowledged survives a power failure. The store is on a separate file system in an image file that
/// commits nothing by itself for ten minutes. An immediate copy of the image holds what the disk would hold, and is mounted.
/// </summary>
public sealed class FileSystemStorePowerFailureTests : IAsyncLifetime
{
    private static readonly Bucket Bucket = new("ambulatory_contracts-dev", "ambulatory_contracts-dev");

    private readonly string _directory = Directory.CreateTempSubdirectory("esoz-power-").FullName;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Disk => Path.Combine(_directory, "disk");

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess && File.Exists("/dev/loop-control") && File.Exists("/usr/sbin/mkfs.ext4"),
            "only root may mount an image, where there are loop devices and e2fsprogs");
        await using (var image = File.Create(Disk + ".img"))
            image.SetLength(32 * 1024 * 1024);
        await Run("mkfs.ext4", "-q", Disk + ".img");
        await Mount(Disk, "loop,commit=600");
    }

    public async ValueTask DisposeAsync()
    {
        if (Directory.Exists(Disk))
            await Run("umount", Disk);
        Directory.Delete(_directory, recursive: true);
    }

    [Fact(DisplayName =
        "Every acknowledged upload is there after the power failed: new ones and replaced ones, named and plain, with their digests")]
    public async Task SurvivesPowerFailure()
    {
        var store = new FileSystemStore(Path.Combine(Disk, "objects"), TimeProvider.System);
        var acknowledged = new Dictionary<ObjectKey, (byte[] Content, string ETag)>();
        ObjectKey[] keys =
        [
            ObjectKey.Named(Guid.NewGuid(), ObjectName.FromLink("%D0%B4")!),
            ObjectKey.Plain("employees/7b3f/full.json.gz"),
            ObjectKey.Named(Guid.NewGuid(), ObjectName.FromLink("x")!),
            ObjectKey.Named(Guid.NewGuid(), ObjectName.FromLink("x")!),
            ObjectKey.Plain("employees/current.json"),
        ];
        foreach (var (key, round) in keys.Concat(keys).Select((key, round) => (key, round)))
        {
            var content = RandomNumberGenerator.GetBytes(1 + (round * 37_000));
            acknowledged[key] = (content, (await store.Write(Bucket, key, new MemoryStream(content), Ct)).ETag);

            await LosePower(async recovered =>
            {
                var after = new FileSystemStore(Path.Combine(recovered, "objects"), TimeProvider.System);
                foreach (var (survivor, expected) in acknowledged)
                {
                    await using var stored = await after.Open(Bucket, survivor, range: null, Ct);
                    Assert.True(stored is not null, $"upload {round}: {survivor} is lost");
                    var bytes = new MemoryStream();
                    await stored.Content.CopyToAsync(bytes, Ct);
                    Assert.Equal(expected.Content, bytes.ToArray());
                    Assert.Equal(expected.ETag, stored.Info.ETag);
                }
            });
        }
    }

    [Fact(DisplayName = "The test itself: a file that was not synced is lost, so a file that survives was synced")]
    public async Task Control()
    {
        var moved = Path.Combine(Disk, "moved");
        await using (var file = File.Create(moved + ".tmp"))
        {
            file.Write(new byte[100_000]);
            file.Flush(flushToDisk: true);
        }
        File.Move(moved + ".tmp", moved);

        await LosePower(recovered =>
        {
            Assert.False(File.Exists(Path.Combine(recovered, "moved")), "the new name was not synced");
            return Task.CompletedTask;
        });
        await File.WriteAllBytesAsync(Path.Combine(Disk, "later"), new byte[100_000], Ct);
        await LosePower(recovered =>
        {
            Assert.False(File.Exists(Path.Combine(recovered, "later")), "nothing of it was synced");
            return Task.CompletedTask;
        });
    }

    private async Task LosePower(Func<string, Task> look)
    {
        var recovered = Path.Combine(_directory, "recovered");
        await Run("cp", "--sparse=always", Disk + ".img", recovered + ".img");
        await Mount(recovered, "loop");
        try
        {
            await look(recovered);
        }
        finally
        {
            await Run("umount", recovered);
        }
    }

    private static async Task Mount(string directory, string options)
    {
        Directory.CreateDirectory(directory);
        await Run("mount", "-o", options, directory + ".img", directory);
    }

    private static async Task Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }
}
