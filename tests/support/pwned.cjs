console.log('PWNED');
