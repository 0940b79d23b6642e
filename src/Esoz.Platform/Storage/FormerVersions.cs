namespace Esoz.Platform.Storage;

/// <summary>
/// Objects that an upload through a link has replaced: <c>.versions/{bucket}/{folder}/</c>, under the names that the files of the object
/// had, with the time of its upload. Nobody reads or removes them but the operator.
/// </summary>
internal static class FormerVersions
{
    private const string Folder = ".versions";

    /// <summary>Gives the files of the object that is there second names, which are durable when it returns.</summary>
    /// <param name="path">Path of the content, which is about to be replaced.</param>
    /// <param name="version">Time of its upload.</param>
    public static void Keep(string root, Bucket bucket, Guid folder, string path, DateTime version)
    {
        var home = Path.Combine(root, Folder, bucket.Physical, folder.ToString());
        DurableDirectory.Create(home);
        var kept = Path.Combine(home, $"{Path.GetFileName(path)}.{version.Ticks:x16}");
        DurableDirectory.Link(path, kept);
        var side = SideFile.PathOf(path, version);
        // It is written anew when it is lost, so it may be missing now.
        if (File.Exists(side))
            DurableDirectory.Link(side, $"{kept}.json");
        DurableDirectory.Sync(home);
    }
}
