using Esoz.MediaStorage;

namespace Esoz.SignIn;

/// <summary>What the methods and the pages of sign-in are made of.</summary>
public static class SignInServices
{
    public static void AddSignIn(this IServiceCollection services, Settings settings)
    {
        services.AddSingleton(settings.SignIn);
        services.AddSingleton(settings.SecondFactor);
        services.AddSingleton(_ => KeysOf(settings));
        services.AddSingleton(provider => new PasswordHashing(provider.GetRequiredService<ILogger<PasswordHashing>>()));
        services.AddSingleton<FailedLogins>();
        services.AddSingleton<PasswordCheck>();
        services.AddSingleton<PasswordChange>();
        services.AddSingleton<NewPassword>();
        services.AddSingleton<OtpDelivery>();
        services.AddSingleton<SecondFactor>();
        services.AddSingleton<LogInSteps>();
        services.AddSingleton<NewFactor>();
        services.AddSingleton<Authorization>();
    }

    /// <summary>Those of the key of the installation: its own, else that of the links, which a sandbox makes for itself.</summary>
    public static SignInKeys KeysOf(Settings settings)
    {
        var (own, links) = (settings.SignIn, settings.MediaStorage);
        return own.Key.Length > 0 ? new(own.Key, Set(own.PreviousKey) ?? Set(links.SigningKey))
            : links.SigningKey.Length > 0 ? new(links.SigningKey, Set(own.PreviousKey) ?? Set(links.PreviousSigningKey))
            : new(SigningKeyFile.ReadOrCreate(settings.DataDirectory));

        static string? Set(string key) => key.Length > 0 ? key : null;
    }
}
