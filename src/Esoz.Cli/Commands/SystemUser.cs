using System.Runtime.InteropServices;

namespace Esoz.Cli.Commands;

/// <summary>
/// Gives up root for a user of the operating system (docs/adr/0044-root-is-given-up.md). On Linux these are rights of a thread; the C
/// library changes those of all threads, which is checked afterwards, and new threads have those of the one that starts them.
/// </summary>
internal static partial class SystemUser
{
    private const uint Root = 0;

    /// <summary>From now on this process is the user's, with the user's groups and without any capability; there is no way back.</summary>
    /// <exception cref="UsageException">There is no such user, or this process may not become it.</exception>
    /// <exception cref="CommandException">The system refused; nothing may go on.</exception>
    public static void Become(string name)
    {
        if (!OperatingSystem.IsLinux())
            throw new UsageException("--user works on Linux only.");
        var (user, group, home) = Find(name);
        if (user == Root)
            throw new UsageException($"--user {name} gives nothing up: it is root.");
        if (Current() == user)
            return;
        if (Current() != Root)
            throw new UsageException($"--user {name} needs root; this is {Environment.UserName}.");
        // The user last: without root the groups cannot be changed any more.
        Done(SetGroups(name, group), "initgroups");
        Done(SetGroup(group), "setgid");
        Done(SetUser(user), "setuid");
        if (SetUser(Root) == 0 || Threads().FirstOrDefault(thread => !IsOf(thread, user, group)) is not null)
            throw new CommandException($"The system did not give up root for {name}, so nothing was started.");
        Environment.SetEnvironmentVariable("HOME", home);
        Environment.SetEnvironmentVariable("USER", name);
        Environment.SetEnvironmentVariable("LOGNAME", name);
    }

    /// <summary>What the kernel says of every thread of this process, <c>/proc/self/task/*/status</c>.</summary>
    private static IEnumerable<string[]> Threads()
    {
        foreach (var thread in Directory.EnumerateDirectories("/proc/self/task"))
        {
            var file = Path.Combine(thread, "status");
            if (File.Exists(file))
                yield return File.ReadAllLines(file);
        }
    }

    /// <summary>Real, effective, saved and file system id, and no capability in use.</summary>
    private static bool IsOf(string[] status, uint user, uint group) =>
        status.Contains($"Uid:\t{user}\t{user}\t{user}\t{user}") && status.Contains($"Gid:\t{group}\t{group}\t{group}\t{group}")
        && status.Contains($"CapEff:\t{new string('0', 16)}") && status.Contains($"CapPrm:\t{new string('0', 16)}");

    private static void Done(int result, string call)
    {
        if (result != 0)
            throw new CommandException($"Root cannot be given up: {call} failed, {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}.");
    }

    private static (uint User, uint Group, string Home) Find(string name)
    {
        var found = FindUser(name);
        if (found == 0)
            throw new UsageException($"--user {name}: this machine has no such user.");
        var entry = Marshal.PtrToStructure<Entry>(found);
        return (entry.User, entry.Group, Marshal.PtrToStringUTF8(entry.Home) ?? "/");
    }

    /// <summary><c>struct passwd</c> of Linux.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Entry
    {
        public nint Name;
        public nint Password;
        public uint User;
        public uint Group;
        public nint Comment;
        public nint Home;
        public nint Shell;
    }

    [LibraryImport("libc", EntryPoint = "getpwnam", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint FindUser(string name);

    [LibraryImport("libc", EntryPoint = "initgroups", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetGroups(string name, uint group);

    [LibraryImport("libc", EntryPoint = "setgid", SetLastError = true)]
    private static partial int SetGroup(uint group);

    [LibraryImport("libc", EntryPoint = "setuid", SetLastError = true)]
    private static partial int SetUser(uint user);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint Current();
}
