using Esoz.Tests.Guards;
using Npgsql;

namespace Esoz.Tests.Deploy;

/// <summary>
/// What <c>./esoz package</c> makes, installed and started in a fresh Debian, and as an image. They take minutes and load packages of
/// Debian: <c>./esoz test --soak package</c>.
/// </summary>
public sealed class PackageTests(PackageTests.Package package, TestCluster cluster) : IClassFixture<PackageTests.Package>
{
    [Fact(DisplayName = "The Debian package has no fault that lintian calls an error", Explicit = true)]
    [Trait("Soak", "package")]
    public async Task Lintian()
    {
        var (_, output, _) = await new ForeignClient("lintian")
            .Run("--allow-root", "--suppress-tags", "embedded-library,bogus-mail-host-in-debian-changelog,bogus-mail-host", await package.Deb());

        Assert.DoesNotContain("E: ", output, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "The Debian package is installed, started as its unit starts it, answers, and is removed without its data", Explicit = true)]
    [Trait("Soak", "package")]
    public async Task InDebian()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root");
        var database = new NpgsqlConnectionStringBuilder(await cluster.CreateEmptyDatabase());
        var sockets = database.Host!;
        database.Host = "/run/postgresql";
        database.Username = "postgres";

        var said = await new ForeignClient(SourceTree.PathOf("deploy", "package", "try")).Succeeds(await package.Deb(), sockets, database.ConnectionString);

        Assert.Contains("ready", said, StringComparison.Ordinal);
        Assert.EndsWith("== done\n", said, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "The image is built from the tarball, runs as a user of its own and refuses to start without a database", Explicit = true)]
    [Trait("Soak", "package")]
    public async Task AsImage()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root");

        var said = await new ForeignClient(SourceTree.PathOf("deploy", "container", "try")).Succeeds(await package.Tarball());

        Assert.EndsWith("== done\n", said, StringComparison.Ordinal);
    }

    /// <summary>Made once, when it is asked for; the checksums are those of the files.</summary>
    public sealed class Package : IAsyncLifetime
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("esoz-package-").FullName;
        private readonly Lazy<Task> _build;

        public Package() => _build = new(Build);

        public ValueTask InitializeAsync() => ValueTask.CompletedTask;

        public Task<string> Tarball() => File("*.tar.gz");

        public Task<string> Deb() => File("*.deb");

        public ValueTask DisposeAsync()
        {
            Directory.Delete(_folder, recursive: true);
            return ValueTask.CompletedTask;
        }

        private async Task<string> File(string pattern)
        {
            await _build.Value;
            return Directory.GetFiles(_folder, pattern).Single();
        }

        private async Task Build()
        {
            await new ForeignClient(SourceTree.PathOf("deploy", "package", "build")).Succeeds(_folder);
            var sums = Directory.GetFiles(_folder, "*.sha256").Single();
            await new ForeignClient("sh").Succeeds("-c", $"cd '{_folder}' && sha256sum --check --strict '{sums}'");
        }
    }
}
