namespace Esoz.SignIn;

/// <summary>What the methods and the pages of sign-in are made of, but for the <see cref="SignInKeys"/>.</summary>
public static class SignInServices
{
    public static void AddSignIn(this IServiceCollection services, SignInOptions options, SecondFactorOptions secondFactor)
    {
        services.AddSingleton(options);
        services.AddSingleton(secondFactor);
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
        services.AddSingleton<UserAccess>();
    }
}
